import { testSuite } from '../framework/vitest.ts';
import { serverSuite } from './index.ts';

testSuite(serverSuite(), ['S-13.1']);
