import { type Static, Type } from 'typebox';
import { ConvergeStep } from '../steps/index.ts';

/** What a device should have below one node: the content of a profile. */
export const ProfileDocument = Type.Object(
  {
    root: ConvergeStep.properties.root,
    object: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description:
          'Identifier of the management object at the root, for example urn:oma:mo:oma-dm-dmacc:1.0',
      }),
    ),
    nodes: ConvergeStep.properties.nodes,
  },
  { additionalProperties: false, description: 'What a device should have below one node' },
);
export type ProfileDocument = Static<typeof ProfileDocument>;

/** The step that makes a device be as a profile says. */
export function stepOf(document: ProfileDocument): ConvergeStep {
  return { kind: 'converge', ...document };
}
