import { API_PREFIX } from '@grove/api';
import { type BearerStatus, DEFAULT_LISTEN, type Gateway, openGateway } from '@grove/gateway';
import { answersApi, attempt } from '../../hosting/index.ts';
import {
  type Column,
  formatFacts,
  note,
  print,
  printJson,
  styleState,
  tableLines,
} from '../../output/index.ts';
import { gatewayConfig } from '../gateway-config.ts';
import { openLog } from '../log-level.ts';
import { ended } from '../signal.ts';
import { type Places, prepare } from './prepare.ts';

interface Options extends Places {
  readonly logLevel: string;
  readonly json?: true;
}

/** Milliseconds that bearers have to come up until it is said how they are. */
const PATIENCE = 2_000;
const GLANCE = 20;

/** Runs a gateway until it is told to end. */
export async function run(file: string, options: Options): Promise<void> {
  const { config, db, data, token } = prepare(gatewayConfig(file), file, options);
  const log = openLog(options.logLevel, 'the gateway');
  const over = ended();
  const gateway = await attempt('the gateway cannot start', () => openGateway({ config, db, log }));
  try {
    const { url, papUrl } = await attempt('the gateway cannot listen', () => gateway.listen());
    await Promise.race([settled(gateway), over]);
    const bearers = gateway.means.bearers();
    const host = config.listen?.host ?? DEFAULT_LISTEN.host;
    const api = `${url}${API_PREFIX}`;
    if (options.json) {
      printJson({ url, pap: papUrl, api, data, token: token?.file, bearers: bearers.map(shownOf) });
    } else {
      print(
        ...formatFacts({
          PAP: papUrl,
          API: answersApi(host, config.api?.host)
            ? api
            : `nowhere: ${host} is not loopback; see api.host in ${file}`,
          Data: data,
          Token:
            token === undefined
              ? `that of ${file}`
              : token.isNew
                ? `${token.file} (made just now)`
                : token.file,
        }),
        '',
        ...tableLines(COLUMNS, bearers),
      );
    }
    await over;
    note('Ending …');
  } finally {
    await gateway.close();
  }
}

const COLUMNS: readonly Column<BearerStatus>[] = [
  { title: 'BEARER', value: ({ name }) => name },
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'STATE', value: ({ health }) => health.state, style: styleState },
  { title: 'SAYS', value: ({ health }) => health.text },
];

const shownOf = ({ name, kind, health }: BearerStatus) => ({ name, kind, ...health });

/** Resolves when each bearer is up or says why it is not, or when they take too long. */
async function settled({ means }: Gateway): Promise<void> {
  const until = performance.now() + PATIENCE;
  const isSettled = () => means.bearers().every(({ health }) => health.state !== 'connecting');
  while (!isSettled() && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, GLANCE));
  }
}
