import { NotFound } from '@grove/api';

/** What is shown, or undefined where it is not there. */
export async function unlessMissing<T>(show: () => Promise<T>): Promise<T | undefined> {
  try {
    return await show();
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
