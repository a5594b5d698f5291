// Kamailio as a SIP core: registrar and proxy, with digest authentication, on ports of its own.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './port.testing.ts';
import { type Program, startProgram } from './program.testing.ts';

export interface KamailioOptions {
  /** Passwords by user; the domain is {@link DOMAIN}. */
  readonly users: Readonly<Record<string, string>>;
  /** How passwords are to be proved; MD5 unless said. */
  readonly algorithm?: 'MD5' | 'SHA-256';
  /** Certificate and key in PEM for TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The shortest registration in seconds; shorter ones get 423. */
  readonly shortest?: number;
}

export interface Kamailio {
  /** UDP and TCP. */
  readonly port: number;
  readonly tlsPort: number;
  /** Ends the process, without any goodbye to those who are registered. */
  stop(): Promise<void>;
  /** Starts it again at the same ports, with nobody registered. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export const DOMAIN = 'grove.test';

export async function startKamailio(options: KamailioOptions): Promise<Kamailio> {
  const folder = await mkdtemp(join(tmpdir(), 'grove-kamailio-'));
  const [port, tlsPort] = [await freePort(), await freePort()];
  await writeFile(join(folder, 'kamailio.cfg'), configuration(options, port, tlsPort, folder));
  await writeFile(join(folder, 'cert.pem'), options.tls?.cert ?? '');
  await writeFile(join(folder, 'key.pem'), options.tls?.key ?? '');
  const core: { program: Program | undefined } = { program: undefined };
  const stop = async (): Promise<void> => {
    await core.program?.stop();
    core.program = undefined;
  };
  const start = async (): Promise<void> => {
    const memory = ['-m', '32', '-M', '4'];
    const where = ['-f', join(folder, 'kamailio.cfg'), '-w', folder, '-Y', folder];
    core.program = startProgram('kamailio', [...where, ...memory, '-DD', '-E']);
    await core.program.wrote(READY);
  };
  const close = async (): Promise<void> => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return { port, tlsPort, stop, start, close };
}

const READY = /grove: ready/;

const MODULES = [
  'kex',
  'tm',
  'tmx',
  'sl',
  'rr',
  'pv',
  'maxfwd',
  'usrloc',
  'registrar',
  'textops',
  'siputils',
  'xlog',
  'htable',
  'auth',
];

function configuration(options: KamailioOptions, port: number, tlsPort: number, folder: string): string {
  const { users, tls, algorithm = 'MD5', shortest } = options;
  const { secure, modules } = tls
    ? { secure: `enable_tls=yes\nlisten=tls:127.0.0.1:${tlsPort}`, modules: [...MODULES, 'tls'] }
    : { secure: '', modules: MODULES };
  return `#!KAMAILIO
debug=1
log_stderror=yes
children=2
tcp_children=2
tcp_rd_buf_size=65536
udp_mtu=1300
udp_mtu_try_proto=TCP
auto_aliases=no
alias=${DOMAIN}
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
${secure}
${modules.map((module) => `loadmodule "${module}.so"`).join('\n')}
${
  tls
    ? `modparam("tls", "certificate", "${folder}/cert.pem")
modparam("tls", "private_key", "${folder}/key.pem")
modparam("tls", "tls_method", "TLSv1.2+")`
    : ''
}
modparam("htable", "htable", "users=>size=4;")
modparam("htable", "htable", "apps=>size=4;")
modparam("auth", "algorithm", "${algorithm}")
modparam("auth", "add_authinfo_hdr", 1)
modparam("usrloc", "db_mode", 0)
modparam("registrar", "max_expires", 3600)
modparam("tm", "fr_timer", 4000)
modparam("registrar", "min_expires", ${shortest ?? 1})

event_route[htable:mod-init] {
${Object.entries(users)
  .map(([user, password]) => `  $sht(users=>${user}) = "${password}";`)
  .join('\n')}
}

event_route[core:worker-one-init] {
  xlog("L_ALERT", "grove: ready\\n");
}

request_route {
  if (!mf_process_maxfwd_header("10")) {
    sl_send_reply("483", "Too Many Hops");
    exit;
  }
  if (is_method("OPTIONS") && $rU == $null) {
    sl_send_reply("200", "OK");
    exit;
  }
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("${DOMAIN}", "$sht(users=>$au)", "0")) {
      www_challenge("${DOMAIN}", "1");
      exit;
    }
    if ($au != $tU) {
      sl_send_reply("403", "Forbidden");
      exit;
    }
    ${
      shortest === undefined
        ? ''
        : `if ($hdr(Expires) != "0" && $(hdr(Expires){s.int}) < ${shortest}) {
      append_to_reply("Min-Expires: ${shortest}\\r\\n");
      sl_send_reply("423", "Interval Too Brief");
      exit;
    }`
    }
    $sht(apps=>$tU) = $hdr(Contact);
    save("location");
    exit;
  }
  if ($rd != "${DOMAIN}") {
    sl_send_reply("403", "Relaying Forbidden");
    exit;
  }
  if (!pv_proxy_authenticate("${DOMAIN}", "$sht(users=>$au)", "0")) {
    proxy_challenge("${DOMAIN}", "1");
    exit;
  }
  consume_credentials();
  remove_hf("P-Preferred-Identity");
  remove_hf("P-Asserted-Identity");
  append_hf("P-Asserted-Identity: <sip:$au@${DOMAIN}>\\r\\n");
  if ($sht(users=>$rU) == $null) {
    sl_send_reply("404", "Not Found");
    exit;
  }
  # Kamailio keeps no feature tags with a registration: what the last Contact said stands for them.
  if ($hdr(Accept-Contact) =~ "require" && !($sht(apps=>$rU) =~ "pusheventapp")) {
    sl_send_reply("480", "No Such Application");
    exit;
  }
  if (!lookup("location")) {
    sl_send_reply("480", "Temporarily Unavailable");
    exit;
  }
  if (!t_relay()) sl_reply_error();
}
`;
}
