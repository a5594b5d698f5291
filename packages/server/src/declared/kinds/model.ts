import { type Static, Type } from 'typebox';
import {
  deleteModel,
  descriptionOf,
  findModel,
  ModelMapping,
  readDescription,
  setModel,
  showModel,
} from '../../models/index.ts';
import { declaredKind } from '../kind.ts';

const ModelDocument = Type.Object(
  {
    mapping: Type.Optional(ModelMapping),
    ddf: Type.Optional(Type.String({ description: 'Its device description document, XML' })),
  },
  { additionalProperties: false },
);
type ModelDocument = Static<typeof ModelDocument>;

/** Models, by names such as `Arbor/Birch 2` or, for one software version, `Arbor/Birch 2/5.0`. */
export const model = declaredKind<ModelDocument>({
  kind: 'model',
  name: Type.String({
    pattern: '^[^/]{0,256}/[^/]{0,256}(/[^/]{0,256})?$',
    description: 'MANUFACTURER/MODEL or MANUFACTURER/MODEL/SOFTWARE, or / for all models',
  }),
  schema: ModelDocument,

  async read(db, name) {
    const id = await findModel(db, partsOf(name));
    if (id === undefined) return undefined;
    const { mapping, nodes } = await showModel(db, id);
    return {
      ...(mapping === null ? {} : { mapping }),
      ...(nodes === null ? {} : { ddf: new TextDecoder().decode(await descriptionOf(db, id)) }),
    };
  },

  write(db, name, { mapping = null, ddf }, _exists, { now }) {
    const description = ddf === undefined ? null : readDescription(new TextEncoder().encode(ddf), 'ddf');
    return setModel(db, { ...partsOf(name), mapping, ddf: description }, now);
  },

  async remove(db, name) {
    const id = await findModel(db, partsOf(name));
    if (id !== undefined) await deleteModel(db, id);
  },
});

function partsOf(name: string): { man: string; mod: string; swv: string } {
  const [man = '', mod = '', swv = ''] = name.split('/');
  return { man, mod, swv };
}
