// The demo in a browser: phones that are asked to call by SMS, in the hands of one who accepts and one who refuses.
import { chromium } from 'playwright-core';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { groveJson, startGrove } from './grove.testing.ts';

vi.setConfig({ testTimeout: 120_000 });

interface Notification {
  readonly devId: string;
  readonly state: string;
}

test('whoever opens the page is asked on two phones, and what they say is what the operator sees', async () => {
  const demo = startGrove(['demo', '--devices', '3']);
  onTestFinished(() => void demo.child.kill('SIGKILL'));
  const [, page = ''] = await demo.printed(/wait for you to accept or refuse: (\S+)/);
  const [, server = ''] = await demo.printed(/GROVE_SERVER=(\S+)/);
  const [, data = ''] = await demo.printed(/GROVE_DATA=(\S+)/);

  const browser = await chromium.connect(inject('chromiumUrl'));
  onTestFinished(() => browser.close());
  const tab = await browser.newPage({ locale: 'en-GB' });
  for (const [phone, button] of [
    ['Arbor Birch 2', 'Accept'],
    ['Arbor Cedar', 'Refuse'],
  ] as const) {
    await tab.goto(page);
    await tab.getByRole('link', { name: phone }).click();
    const dialog = tab.getByRole('alertdialog');
    await dialog.getByText('Your MMS settings are about to change.').waitFor();
    await dialog.getByText('Without this you will not be able to send or receive MMS.').waitFor();
    await dialog.getByRole('button', { name: button }).click();
    await dialog.waitFor({ state: 'detached' });
  }
  // What was refused is said when the phone calls next: its user sees to that.
  await tab.getByRole('button', { name: 'Connect' }).click();
  await expect
    .poll(
      async () => {
        const at = ['--server', server, '--data', data];
        const asked = await groveJson<Notification[]>(['notifications', 'ls', ...at]);
        return asked.map(({ state }) => state).sort();
      },
      { timeout: 60_000, interval: 500 },
    )
    .toEqual(['opened', 'opened', 'refused']);
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(0);
});
