import {
  DEVICE,
  DIAGNOSTICS_ALERT,
  DIAGNOSTICS_OBJECT,
  DIAGNOSTICS_RUN_URI,
  DIAGNOSTICS_URI,
  DMACC_OBJECT,
  diagnosticsNodes,
  findObjects,
  type ManagementTree,
  type NodeValue,
  ObjectError,
  readDiagnostics,
  readDmAcc,
  STATUS,
  sizeOf,
} from '@grove/protocol';
import { readerOf } from '../../tree-reader/index.ts';
import { type Device, type ExecCall, isAddressOf, type ObjectHandler } from '../handler.ts';
import { write } from '../write.ts';

/** Notes in the tree that a run is asked for: `background` does the rest. */
function begin({ uri, server, correlator }: ExecCall, { tree }: Device): number {
  if (!isAddressOf(uri, DIAGNOSTICS_RUN_URI)) return STATUS.NOT_ALLOWED;
  if (readDiagnostics(readerOf(tree)).state === 'running') return STATUS.FORBIDDEN;
  const request: Request = { server, ...(correlator === undefined ? {} : { correlator }) };
  write(tree, [...diagnosticsNodes({ state: 'running' }), requestNode(JSON.stringify(request))]);
  return STATUS.ACCEPTED;
}

/** Diagnostics: the phone looks itself over, and says what it has found when it has found it. */
export const diagnosticsHandler: ObjectHandler = {
  mount: DIAGNOSTICS_URI,
  object: DIAGNOSTICS_OBJECT,
  initial: () => [],
  acl: (server) => `Exec=${server}&Get=*`,
  exec: begin,
  interrupted: begin,
  background(device) {
    return readDiagnostics(readerOf(device.tree)).state === 'running' ? run(device) : undefined;
  },
};

/** Who is to be told how a run has ended. */
interface Request {
  readonly server: string;
  readonly correlator?: string;
}

async function run(device: Device): Promise<void> {
  const { tree, now } = device;
  const { faults, report } = await look(tree);
  const request = JSON.parse(readerOf(tree).read(REQUEST_URI)?.toString() ?? '{}') as Partial<Request>;
  device.raise({
    ...request,
    source: DIAGNOSTICS_URI,
    type: DIAGNOSTICS_ALERT,
    mark: faults === 0 ? 'informational' : 'warning',
    data: report,
  });
  const ended = diagnosticsNodes({ state: 'idle', lastRun: now().toISOString(), report });
  write(tree, [...ended, requestNode('')]);
}

const REQUEST_URI = `${DIAGNOSTICS_URI}/Request`;

function requestNode(data: string): NodeValue {
  return { path: REQUEST_URI, value: { format: 'chr', type: 'text/plain', data } };
}

/** Counts what there is, and tries whether each account can be used. */
async function look(tree: ManagementTree): Promise<{ faults: number; report: string }> {
  const nodes = [...tree.list('.', DEVICE)];
  const bytes = nodes.reduce((sum, { data = '' }) => sum + sizeOf(data), 0);
  const reader = readerOf(tree);
  const accounts = findObjects(DMACC_OBJECT, reader);
  const unusable = accounts.filter((uri) => {
    try {
      readDmAcc(uri, reader);
      return false;
    } catch (error) {
      if (!(error instanceof ObjectError)) throw error;
      return true;
    }
  });
  const faults = unusable.length;
  const found = `${nodes.length} nodes with ${bytes} bytes, ${accounts.length} DM accounts`;
  return {
    faults,
    report: faults === 0 ? `${found}: all well` : `${found}: unusable ${unusable.join(', ')}`,
  };
}
