import type { Encoding } from '@grove/protocol';
import type { UserInteraction } from '../interaction/index.ts';
import { createPhone, type Model, type Phone, STANDARD_MODELS } from '../phone/index.ts';
import type { Transport } from '../transport/index.ts';
import { type FleetServer, fleetAccount, fleetDmAcc } from './account.ts';

/** What all devices of a fleet have in common. */
export interface MemberOptions {
  readonly server: FleetServer;
  /** What all devices use, or what makes that of one. */
  readonly transport: Transport | ((devId: string) => Transport | Promise<Transport>);
  readonly encoding?: Encoding;
  /** Models, which devices have in turn; {@link STANDARD_MODELS} unless told. */
  readonly models?: readonly Model[];
  /** Makes the user of each device; absent = they have none. */
  readonly interaction?: () => UserInteraction;
}

/** Makes the device with this index. */
export async function makeMember(
  index: number,
  { server, transport, encoding, interaction, models = STANDARD_MODELS }: MemberOptions,
): Promise<Phone> {
  const account = fleetAccount(index, server);
  const model = models[index % models.length];
  return createPhone({
    devId: account.devId,
    account: fleetDmAcc(account, server.address),
    transport: typeof transport === 'function' ? await transport(account.devId) : transport,
    ...(model === undefined ? {} : { model }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(interaction === undefined ? {} : { interaction: interaction() }),
  });
}
