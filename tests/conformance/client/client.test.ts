import { testSuite } from '../framework/vitest.ts';
import { clientSuite } from './index.ts';

/** Why they do not apply is said by the cases, and in docs/conformance.md. */
const NOT_APPLICABLE = ['C-29.1', 'C-30.1', 'C-32.1'];

testSuite(clientSuite(), NOT_APPLICABLE);
