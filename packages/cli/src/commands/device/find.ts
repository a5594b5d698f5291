import {
  DamagedRecordError,
  DeviceInUseError,
  type DeviceStore,
  fileStore,
  type PhoneOptions,
  storedModel,
  type Transport,
} from '@grove/device';
import type { Encoding } from '@grove/protocol';
import { CommandError, UsageError } from '../../program/index.ts';
import { findModel } from '../model-option.ts';
import { handlersFrom } from './descriptions.ts';
import { type IdentityOptions, identityFrom } from './identity.ts';

/** Options that say which phone it is, and where it keeps itself. */
export interface PhoneChoice extends IdentityOptions {
  readonly store: string;
  readonly reset?: true;
  /** Name of the model that it is of. */
  readonly model?: string;
  /** Files with descriptions of objects that it has besides its own. */
  readonly ddf?: readonly string[];
  readonly encoding: Encoding;
}

/** A phone that can be made. */
export interface FoundPhone {
  readonly phone: PhoneOptions;
  /** Gives it free for other processes. */
  readonly leave: () => Promise<void>;
  /** Whether it goes on with what is kept of it. */
  readonly isKept: boolean;
}

/**
 * Finds the phone in its folder or, if it is not kept there, in the options.
 *
 * @throws {CommandError} when neither says enough.
 */
export async function findPhone(options: PhoneChoice, transport: Transport): Promise<FoundPhone> {
  const { devId, account } = identityFrom(options);
  const kept = fileStore({ directory: options.store });
  const store: DeviceStore = options.reset ? { ...kept, load: async () => undefined } : kept;
  const record = await restored(() => store.load(devId));
  const isKept = record !== undefined;
  if (!isKept && account === undefined) {
    throw new UsageError(
      `${devId} is not kept in ${options.store}: give --account, or --server and its account`,
    );
  }
  const model = options.model === undefined ? record && storedModel(record) : findModel(options.model);
  const { ddf = [], encoding } = options;
  return {
    phone: {
      devId,
      account,
      transport,
      store,
      encoding,
      ...(model === undefined ? {} : { model }),
      ...(ddf.length === 0 ? {} : { handlers: await handlersFrom(ddf, model?.handlers) }),
    },
    isKept,
    leave: () => kept.close(),
  };
}

/** What is made of what is kept; where that is damaged, the user is told what helps. */
export async function restored<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof DeviceInUseError) throw new CommandError(error.message, { cause: error });
    if (!(error instanceof DamagedRecordError)) throw error;
    throw new CommandError(`${error.message}; --reset begins anew`, { cause: error });
  }
}
