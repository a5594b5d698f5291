import { MOST_SEGMENTS } from '@grove/push';
import type { Command } from 'commander';
import { segment } from '../../api/index.ts';
import { formatFacts } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { addValueOption, type Values } from '../value-option.ts';

interface Options {
  readonly device?: string;
  readonly language?: string;
  readonly serverId?: string;
  readonly value?: Values;
}

interface Preview {
  language: string;
  operator: string | null;
  text: string;
  consequence: string | null;
  legalNotice: string | null;
  bytes: { text: number; consequence: number; legalNotice: number };
  notification: { bytes: number; messages: number };
}

export function definePreview(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'preview <name>',
    summary: 'show what a user will be told, and how many short messages that takes',
    examples: [
      'grove reasons preview mms-settings --device IMEI:490154203237518',
      'grove reasons preview mms-settings --language pt-BR --value day=Monday',
    ],
    options(command) {
      command
        .option('--device <device>', 'for the user of a device, by its DevId, id, number or SIP URI')
        .option('--language <tag>', "for a language, in place of the device's")
        .option('--server-id <id>', "ServerID of the notification (default: the device's, or grove)");
      addValueOption(command);
    },
    async run(api, [name = ''], { device, language, serverId, value: values }) {
      const asked = { device, language, serverId, values };
      const preview = await api.post<Preview>(`reasons/${segment(name)}/preview`, asked);
      return { json: preview, lines: () => formatPreview(preview) };
    },
  });
}

const MUCH = `: a gateway sends at most ${MOST_SEGMENTS} unless told otherwise`;

function formatPreview({ bytes, notification, ...told }: Preview): string[] {
  const isMuch = notification.messages > MOST_SEGMENTS;
  const messages = notification.messages === 1 ? 'one SMS' : `${notification.messages} SMS`;
  return formatFacts({
    Language: told.language,
    Operator: told.operator ?? undefined,
    Text: told.text,
    Consequence: told.consequence ?? undefined,
    'Legal notice': told.legalNotice ?? undefined,
    Bytes: `${bytes.text} of the text, ${bytes.consequence} of the consequence, ${bytes.legalNotice} of the legal notice`,
    Notification: `${notification.bytes} bytes, in ${messages}${isMuch ? MUCH : ''}`,
  });
}
