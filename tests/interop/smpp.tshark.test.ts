// What tshark makes of SMPP between Grove's gateway, its SMS centre for labs, and its phone.
import { BEARERS, type Bearer, DM_APPLICATION, RECEIVERS, startSmsc } from '@grove/push';
import { expect, test } from 'vitest';
import { dissect, type Packet } from '../rig/tshark.testing.ts';

const NUMBER = '+441632960001';
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A push in three segments, from the bind to the last receipt, as PDUs in their order. */
async function exchange(body: Uint8Array): Promise<Packet[]> {
  const packets: Packet[] = [];
  let receipts = 0;
  const ended = Promise.withResolvers<void>();
  const centre = await startSmsc({
    port: 0,
    now: Date.now,
    onPdu: (way, bytes) => {
      const [from, to] = way === 'in' ? [40_000, 2775] : [2775, 40_000];
      packets.push({ transport: 'tcp', from, to, bytes: Uint8Array.from(bytes) });
    },
  });
  const bound = Promise.withResolvers<void>();
  const phone = await RECEIVERS.find(({ bearer }) => bearer === 'sms')?.open(
    `smpp://phone:pw@127.0.0.1:${centre.port}?number=${NUMBER}`,
    {
      now: Date.now,
      random: (bytes) => new Uint8Array(bytes),
      onPush: async () => {},
      onHealth: () => bound.resolve(),
      log: () => {},
    },
  );
  await bound.promise;
  const ready = Promise.withResolvers<void>();
  const bearer: Bearer | undefined = await BEARERS.find(({ kind }) => kind === 'sms')?.open(
    { host: '127.0.0.1', port: centre.port, systemId: 'gateway', password: 'secret', source: 'Operator' },
    {
      name: 'sms',
      now: () => NOW,
      random: (bytes) => new Uint8Array(bytes),
      onReceipt: async () => {
        receipts += 1;
        if (receipts === 3) ended.resolve();
      },
      log: () => ready.resolve(),
    },
  );
  await ready.promise;
  const attempt = await bearer?.send(
    {
      id: 'push-1',
      to: { kind: 'plmn', number: NUMBER },
      content: {
        contentType: 'application/vnd.syncml.notification',
        applicationId: DM_APPLICATION,
        headers: [],
        body,
      },
      deliverBefore: NOW + 90_000,
      confirmed: true,
    },
    new AbortController().signal,
  );
  expect(attempt).toMatchObject({ kind: 'accepted' });
  await ended.promise;
  await bearer?.close();
  await phone?.close();
  await centre.close();
  return packets;
}

const FIELDS = [
  'smpp.command_id',
  'smpp.command_status',
  'smpp.sequence_number',
  'smpp.system_id',
  'smpp.password',
  'smpp.interface_version',
  'smpp.address_range',
  'smpp.SC_interface_version',
  'smpp.source_addr_ton',
  'smpp.source_addr_npi',
  'smpp.source_addr',
  'smpp.dest_addr_ton',
  'smpp.dest_addr_npi',
  'smpp.destination_addr',
  'smpp.esm.submit.msg_type',
  'smpp.esm.submit.features',
  'smpp.data_coding',
  'smpp.regdel.receipt',
  'smpp.validity_period_r',
  'smpp.sm_length',
  'smpp.message_id',
  'smpp.receipted_message_id',
  'smpp.message_state',
  'gsm_sms.udh.mm.msg_parts',
  'gsm_sms.udh.mm.msg_part',
  'gsm_sms.udh.mm.msg_id',
  'gsm_sms.destination_port',
  'gsm_sms.originator_port',
  'wsp.header.content_type',
  'wsp.header.x_wap_application_id',
  'media.type',
  '_ws.malformed',
  '_ws.expert',
] as const;

const BINDS = ['bind_receiver', 'bind_receiver_resp', 'bind_transceiver', 'bind_transceiver_resp'];
const COMMANDS: Readonly<Record<string, string>> = {
  '0x00000001': 'bind_receiver',
  '0x80000001': 'bind_receiver_resp',
  '0x00000004': 'submit_sm',
  '0x80000004': 'submit_sm_resp',
  '0x00000005': 'deliver_sm',
  '0x80000005': 'deliver_sm_resp',
  '0x00000006': 'unbind',
  '0x80000006': 'unbind_resp',
  '0x00000009': 'bind_transceiver',
  '0x80000009': 'bind_transceiver_resp',
};

test('tshark reads every PDU as it was meant, and the push in the segments', async () => {
  const body = Uint8Array.from({ length: 300 }, (_, at) => at % 251);
  const all = await dissect(await exchange(body), FIELDS, [
    '-o',
    'gsm_sms_ud.port_number_udh_means_wsp:TRUE',
  ]);
  expect(all.flatMap((fields) => [...fields['_ws.malformed'], ...fields['_ws.expert']])).toEqual([]);
  const seen = all.map((fields) => ({
    command: COMMANDS[fields['smpp.command_id'][0] ?? ''],
    fields: Object.fromEntries(
      Object.entries(fields)
        .filter(([name, values]) => name !== 'smpp.command_id' && values.length > 0)
        .map(([name, values]) => [name.replace(/^(smpp|gsm_sms)\./, ''), values.join()]),
    ),
  }));
  const of = (command: string) => seen.flatMap((each) => (each.command === command ? [each.fields] : []));

  expect(seen.map(({ command }) => command).slice(0, 4)).toEqual(BINDS);
  expect(of('bind_receiver')).toEqual([
    {
      sequence_number: '1',
      system_id: 'phone',
      password: 'pw',
      interface_version: '52',
      address_range: '441632960001',
    },
  ]);
  expect(of('bind_transceiver_resp')).toEqual([
    { command_status: '0x00000000', sequence_number: '1', system_id: 'grove', SC_interface_version: '52' },
  ]);

  const message = {
    source_addr_ton: '0x05',
    source_addr_npi: '0x00',
    source_addr: 'Operator',
    dest_addr_ton: '0x01',
    dest_addr_npi: '0x01',
    destination_addr: '441632960001',
    'esm.submit.msg_type': '0x00',
    'esm.submit.features': '0x01',
    data_coding: '0x04',
    'udh.mm.msg_parts': '3',
    'udh.mm.msg_id': '44',
    destination_port: '2948',
    originator_port: '49154',
  };
  const segments = ['140', '140', '62'].map((sm_length, at) => ({
    ...message,
    sm_length,
    'udh.mm.msg_part': String(at + 1),
    ...(at === 2 && {
      'wsp.header.content_type': 'application/vnd.syncml.notification',
      'wsp.header.x_wap_application_id': DM_APPLICATION,
      'media.type': Buffer.from(body).toString('hex'),
    }),
  }));
  expect(of('submit_sm')).toEqual(
    segments.map((fields, at) => ({
      ...fields,
      sequence_number: String(at + 2),
      'regdel.receipt': '0x01',
      validity_period_r: '90.000000000',
    })),
  );
  expect(of('submit_sm_resp').map(({ message_id }) => message_id)).toEqual([
    '00000001',
    '00000002',
    '00000003',
  ]);
  const nothingMore = { 'regdel.receipt': '0x00', validity_period_r: '0.000000000' };
  expect(of('deliver_sm').slice(0, 3)).toEqual(
    segments.map((fields, at) => ({ ...fields, sequence_number: String(at + 1), ...nothingMore })),
  );
  expect(of('deliver_sm').slice(3)).toEqual(
    [1, 2, 3].map((number) => ({
      sequence_number: String(number),
      source_addr_ton: '0x01',
      source_addr_npi: '0x01',
      source_addr: '441632960001',
      dest_addr_ton: '0x05',
      dest_addr_npi: '0x00',
      destination_addr: 'Operator',
      'esm.submit.msg_type': '0x01',
      'esm.submit.features': '0x00',
      data_coding: '0x00',
      sm_length: '100',
      receipted_message_id: `0000000${number}`,
      message_state: '2',
      ...nothingMore,
    })),
  );
  expect(of('deliver_sm_resp')).toHaveLength(6);
  expect(of('unbind_resp')).toHaveLength(2);
});
