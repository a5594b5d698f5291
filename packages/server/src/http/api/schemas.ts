/** Shapes that several answers share. Schemas with a title become the named schemas of the API description. */
import { Type } from 'typebox';
import { CommandResult, Step } from '../../steps/index.ts';

/** A path with a device. */
export const DeviceParams = Type.Object({
  device: Type.String({
    minLength: 1,
    maxLength: 400,
    description:
      'Id of the device (up to twelve digits), its DevId, or its telephone number (with +) or SIP URI; URL-encoded',
  }),
});

/** Filters a list by device. */
export const DeviceQuery = {
  device: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 400,
      description: 'Id of a device, its DevId, telephone number or SIP URI',
    }),
  ),
};

/** Named for the API description. */
export const StepSchema = Type.Unsafe<Step>({
  ...Step,
  title: 'Step',
  description: 'One thing to do on a device',
});
export const CommandResultSchema = Type.Unsafe<CommandResult>({
  ...CommandResult,
  title: 'CommandResult',
  description: 'What a device answered to one command',
});

/** Steps that one task or campaign has at most. */
export const Steps = Type.Array(StepSchema, {
  minItems: 1,
  maxItems: 1000,
  description: 'What to do, in this order',
});
