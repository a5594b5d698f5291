/** The users that the gateway knows, and where their terminals are reached. */
export {
  addressProblems,
  deleteUser,
  findUser,
  listUsers,
  putUser,
  terminalsOf,
  type User,
  UserInput,
} from './user.ts';
