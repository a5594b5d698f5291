/** What happens at a simulated SMS centre, for people to see. */
import type { MessageFields } from '../pdu/index.ts';
import type { ReceiptWord } from '../receipts/index.ts';

export type SmscEvent =
  | { readonly kind: 'bound'; readonly systemId: string; readonly as: string; readonly range: string }
  | { readonly kind: 'bind-refused'; readonly systemId: string; readonly status: number }
  | { readonly kind: 'left'; readonly systemId: string; readonly reason: string }
  | { readonly kind: 'submitted'; readonly id: string; readonly by: string; readonly message: MessageFields }
  | {
      readonly kind: 'refused';
      readonly by: string;
      /** `silence`: it is not answered at all. */
      readonly status: number | 'silence';
      readonly message: MessageFields;
    }
  | {
      readonly kind: 'delivered' | 'lost' | 'duplicated';
      readonly id: string;
      readonly message: MessageFields;
    }
  | {
      readonly kind: 'postponed';
      readonly id: string;
      readonly reason: string;
      readonly message: MessageFields;
    }
  | {
      readonly kind: 'failed';
      readonly id: string;
      readonly word: ReceiptWord;
      readonly message: MessageFields;
    }
  | { readonly kind: 'receipt'; readonly id: string; readonly to: string; readonly word: ReceiptWord }
  | { readonly kind: 'trouble'; readonly text: string };
