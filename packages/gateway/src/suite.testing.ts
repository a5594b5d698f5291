/** What holds for a gateway whatever its queue is on. */
import { cancelSuite } from './suite/cancel.testing.ts';
import { initiatorSuite } from './suite/initiators.testing.ts';
import { processSuite } from './suite/processes.testing.ts';
import { pushSuite } from './suite/push.testing.ts';
import { receiptSuite } from './suite/receipts.testing.ts';
import { useRig } from './suite/rig.testing.ts';

/** @param freshUrl makes an empty database that outlives its store */
export function gatewaySuite(freshUrl: () => Promise<string>): void {
  const rig = useRig(freshUrl);
  pushSuite(rig);
  cancelSuite(rig);
  receiptSuite(rig);
  initiatorSuite(rig);
  processSuite(rig);
}
