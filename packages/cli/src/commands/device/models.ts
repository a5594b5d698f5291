import { MODELS, type Model, modelDdf } from '@grove/device';
import { serializeDdf } from '@grove/protocol';
import { type Column, formatFacts, formatTable, print, printJson, xmlLines } from '../../output/index.ts';
import { findModel } from '../model-option.ts';

const COLUMNS: readonly Column<Model>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'MANUFACTURER', value: ({ devInfo }) => devInfo.man },
  { title: 'MODEL', value: ({ devInfo }) => devInfo.mod },
  { title: 'SAYS', value: ({ says }) => says },
];

/** What machines are told of a model. */
function jsonOf({ name, says, devInfo, devDetail, handlers, instanceState = true, lacks = [] }: Model) {
  const { man, mod, lang } = devInfo;
  const { fwV, swV, hwV } = devDetail;
  const objects = handlers.map(({ mount, object }) => ({ at: mount, urn: object.urn, title: object.title }));
  return { name, says, man, mod, lang, fwV, swV, hwV, instanceState, lacks, objects };
}

function linesOf(model: Model): string[] {
  const { name, says, man, mod, fwV, swV, hwV, instanceState, lacks, objects } = jsonOf(model);
  const facts = formatFacts({
    [name]: `${man} ${mod}`,
    Says: says,
    Versions: `firmware ${fwV}, software ${swV}, hardware ${hwV}`,
    Instances: instanceState ? 'with Active, Default and Locked' : 'without Active, Default and Locked',
    Lacks: lacks.length === 0 ? 'nothing' : lacks.join(', '),
  });
  const table = formatTable(
    [
      { title: 'AT', value: ({ at }) => at },
      { title: 'OBJECT', value: ({ urn }) => urn },
    ],
    objects,
  );
  return [...facts, '', ...table];
}

/** Lists the models that virtual phones may be of. */
export function listModels({ json }: { readonly json?: true }): void {
  if (json) printJson(MODELS.map(jsonOf));
  else print(...formatTable(COLUMNS, MODELS));
}

/** Shows what a model has, or prints the description of its tree. */
export function showModel(name: string, { ddf, json }: { readonly ddf?: true; readonly json?: true }): void {
  const model = findModel(name);
  if (ddf) print(...xmlLines({ bytes: serializeDdf(modelDdf(model), 'xml'), encoding: 'xml' }));
  else if (json) printJson(jsonOf(model));
  else print(...linesOf(model));
}
