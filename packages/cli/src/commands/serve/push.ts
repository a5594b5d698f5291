import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConfig, type GatewayConfig } from '@grove/gateway';
import { BEARERS, type Credentials } from '@grove/push';
import type { GroveOptions } from '@grove/server';
import type { Command } from 'commander';
import { httpUrl, integer, optionOf, UsageError, unreadable } from '../../program/index.ts';
import { gatewayConfig } from '../gateway-config.ts';

/** What the options for asking devices to call say. */
export interface PushServeOptions {
  /** File with the configuration of the own gateway; false for none. */
  readonly gateway?: string | false;
  readonly ppgUrl?: string;
  readonly ppgUser?: string;
  readonly ppgPasswordFile?: string;
  readonly ppgCa?: string;
  readonly resultsUrl?: string;
  readonly bearers?: string[];
  /** Seconds. */
  readonly callWithin?: number;
}

/** Bearers that need no settings: they reach devices whose IP addresses are known. */
const BARE = { bearers: [{ kind: 'udp' }, { kind: 'http' }] };

/** Where a gateway elsewhere finds by what it proves itself. */
const RESULTS_FILE = 'push-results.json';

/** Adds the options for asking devices to call. */
export function addPushOptions(command: Command): Command {
  return command
    .optionsGroup('Asking devices to call, through a push proxy gateway:')
    .option(
      '--gateway <file>',
      'YAML or JSON of the own gateway (default: one that pushes over UDP and HTTP)',
    )
    .option('--no-gateway', 'no gateway: devices call of their own accord')
    .option('--ppg-url <url>', 'another gateway in its place, where it takes PAP', httpUrl)
    .option('--ppg-user <name>', 'name of the server there')
    .option('--ppg-password-file <file>', 'file with its password there')
    .option('--ppg-ca <file>', 'authorities for its certificate besides the usual ones, PEM')
    .option(
      '--results-url <url>',
      'where it reaches /push/results of this server (default: at the address it listens on)',
      httpUrl,
    )
    .option(
      '--bearers <names...>',
      'bearers in the order in which they are tried (default: the gateway chooses)',
    )
    .option(
      '--call-within <seconds>',
      'after which the next bearer is tried unless the device has called (default: 900)',
      integer(1, 604_800),
    )
    .optionsGroup('Options:');
}

/**
 * By which gateway devices are asked to call.
 *
 * @throws {UsageError} when options do not go together, or a file cannot be used
 */
export function pushFrom(options: PushServeOptions): GroveOptions['push'] {
  const { gateway, ppgUrl, ppgUser, ppgPasswordFile, ppgCa, resultsUrl, bearers, callWithin } = options;
  const policy = {
    ...(bearers === undefined ? {} : { bearers }),
    ...(callWithin === undefined ? {} : { callWithin }),
  };
  if (ppgUrl === undefined) {
    for (const [name, value] of Object.entries({ ppgUser, ppgPasswordFile, ppgCa, resultsUrl })) {
      if (value !== undefined) throw new UsageError(`${optionOf(name)} goes with --ppg-url`);
    }
    return gateway === false ? undefined : { config: configFrom(gateway), policy };
  }
  if (typeof gateway === 'string') throw new UsageError('--gateway and --ppg-url exclude each other');
  if ((ppgUser === undefined) !== (ppgPasswordFile === undefined)) {
    throw new UsageError('--ppg-user and --ppg-password-file go together');
  }
  const credentials =
    ppgUser === undefined || ppgPasswordFile === undefined
      ? undefined
      : { user: ppgUser, password: textOf(ppgPasswordFile).trim() };
  const authorities = ppgCa === undefined ? undefined : textOf(ppgCa);
  return { ppgUrl, credentials, authorities, notifyUrl: resultsUrl, policy };
}

function configFrom(file: string | undefined): GatewayConfig {
  return file === undefined ? checkConfig(BARE, BEARERS) : gatewayConfig(file);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(unreadable(file, error), { cause: error });
  }
}

/** Leaves in the data folder by what a gateway elsewhere proves itself. @returns the file */
export function leaveResults(data: string, url: string, credentials: Credentials): string {
  const file = join(data, RESULTS_FILE);
  // The mode is only given to a new file.
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify({ url, ...credentials }, undefined, 2)}\n`, { mode: 0o600 });
  return file;
}
