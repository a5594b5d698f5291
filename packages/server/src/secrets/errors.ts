/** A secret cannot be opened, or the keys cannot be had. Never shows a secret or a key. */
export class SecretError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SecretError';
  }
}
