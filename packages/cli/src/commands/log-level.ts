import { Option } from 'commander';
import pino, { type Logger } from 'pino';

/** The option that says how much is logged. */
export function logLevelOption(): Option {
  return new Option('--log-level <level>', 'what is logged to standard error, as JSON lines')
    .choices(['debug', 'info', 'warn', 'error', 'silent'])
    .default('warn');
}

/**
 * The log of a process that serves, whose failure is logged, too.
 *
 * @param what who fails: `the server`
 */
export function openLog(level: string, what: string): Logger {
  const log = pino({ level }, pino.destination({ fd: 2, sync: true }));
  process.prependListener('uncaughtException', (err) => log.fatal({ err }, `${what} fails`));
  return log;
}
