/** The gateway's end of SMS: pushes as 8-bit messages over SMPP, in as many segments as they need. */
import { EncodeError, printable } from '@grove/protocol';
import type { Attempt, Bearer, BearerKind, BearerMeans, Health, Shipment } from '../bearer/index.ts';
import { boundedLog } from '../bounded-log/index.ts';
import { comparableId, isReceipt, type MessageFields, openEsme, readReceipt, STATUS } from '../smpp/index.ts';
import { readTlsFiles, type Tls } from '../tls-files/index.ts';
import { conclude, messagesOf } from './attempt.ts';
import { createProgress } from './progress.ts';
import { SmsSettings } from './settings.ts';

const WINDOW = 50;
const SMPP_PORT = 2775;

export const SMS_BEARER: BearerKind<typeof SmsSettings> = {
  kind: 'sms',
  papNames: ['SMS'],
  settings: SmsSettings,
  async open(settings, means) {
    const tls = settings.tls === undefined ? undefined : await readTlsFiles(settings.tls);
    return openSmsBearer(settings, tls, means);
  },
};

function openSmsBearer(settings: SmsSettings, tls: Tls | undefined, means: BearerMeans): Bearer {
  const { window = WINDOW, bind = 'transceiver' } = settings;
  const log = boundedLog(means.log, means.now);
  const progress = createProgress();
  const sender = session(bind === 'separate' ? 'transmitter' : bind);
  const sessions = bind === 'separate' ? [sender, session('receiver')] : [sender];

  function session(bindAs: 'transceiver' | 'transmitter' | 'receiver') {
    const { host, port = SMPP_PORT, systemId, password, systemType } = settings;
    const { responseSeconds, enquireSeconds } = settings;
    return openEsme(
      {
        host,
        port,
        ...(tls === undefined ? {} : { tls }),
        bindAs,
        systemId,
        password,
        ...(systemType === undefined ? {} : { systemType }),
        window,
        limits: {
          ...(responseSeconds === undefined ? {} : { responseTimeout: responseSeconds * 1000 }),
          ...(enquireSeconds === undefined ? {} : { enquireAfter: enquireSeconds * 1000 }),
        },
      },
      { random: means.random, onDeliver, log },
    );
  }

  async function onDeliver(message: MessageFields): Promise<number> {
    if (!isReceipt(message)) {
      log(`a message from ${printable(message.source_addr)} was refused: a gateway only sends`);
      return STATUS.ESME_RX_R_APPN;
    }
    const receipt = readReceipt(message);
    if (receipt === undefined) {
      log('a delivery receipt was passed over: it names no message, or nothing that became of it');
      return STATUS.ESME_ROK;
    }
    const { outcome, text, tagId, textId = '' } = receipt;
    if (outcome === undefined) return STATUS.ESME_ROK;
    const { idForm = 'text', receiptIdForm = 'text' } = settings;
    const reference = tagId === undefined ? comparableId(textId, receiptIdForm) : comparableId(tagId, idForm);
    await means.onReceipt({ reference, outcome, text });
    return STATUS.ESME_ROK;
  }

  async function send(shipment: Shipment, signal: AbortSignal): Promise<Attempt> {
    const left = shipment.deliverBefore - means.now();
    if (left <= 0) return { kind: 'failed', text: 'its time was over before it was submitted' };
    const accepted = progress.of(shipment.id);
    try {
      const submissions = await Promise.all(
        messagesOf(shipment, settings, left).map(async (message, index) => {
          if (accepted.has(index)) return undefined;
          const submission = await sender.submit(message, signal);
          if (submission.kind === 'accepted') accepted.set(index, submission.messageId);
          return submission;
        }),
      );
      const awaitsReceipt = shipment.confirmed && bind !== 'transmitter';
      const attempt = conclude(submissions, accepted, settings, awaitsReceipt, sender.pause());
      if (attempt.kind === 'retry') progress.keep(shipment.id, accepted);
      else progress.forget(shipment.id);
      return attempt;
    } catch (error) {
      // What cannot be written as WSP, as SMS or as SMPP never can.
      if (error instanceof EncodeError || error instanceof RangeError)
        return { kind: 'failed', text: error.message };
      throw error;
    }
  }

  return {
    name: means.name,
    window,
    reaches: (to) => to.kind === 'plmn',
    send,
    health: () => worst(sessions.map((each) => each.health())),
    async close() {
      await Promise.all(sessions.map((each) => each.close()));
    },
  };
}

const ORDER: readonly Health['state'][] = ['down', 'connecting', 'up'];

function worst(all: readonly Health[]): Health {
  const [first = { state: 'down', text: 'no session' }] = [...all].sort(
    (one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state),
  );
  return first;
}
