/** Over which bearers a push may go, and in which order. */
export {
  type Policy,
  type Refusal,
  type RoutedBearer,
  Router,
  sameWay,
  type Terminals,
  type TriedWay,
  type Wants,
  type Way,
} from './router.ts';
