/** How the soak's phones and their server know each other. */
export const FLEET = { serverID: 'grove', clientAuth: 'md5', serverAuth: 'md5', seed: 'soak' } as const;
