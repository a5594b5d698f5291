// For the test of what is left after a kill: registers devices for as long as it lives, and writes a device's DevId
// once its unit of work was acknowledged.
import { openStore } from './sample.testing.ts';

const store = await openStore({ url: `sqlite:${process.argv[2]}` });
let devices = 0;

async function registerForEver(): Promise<never> {
  for (;;) {
    const devId = `IMEI:${++devices}`;
    await store.transaction((db) =>
      db.insertInto('devices').values({ dev_id: devId, created_at: 0 }).execute(),
    );
    process.stdout.write(`${devId}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, registerForEver));
