import { testSuite } from '../framework/vitest.ts';
import { clientSuite } from './index.ts';

testSuite(clientSuite(), []);
