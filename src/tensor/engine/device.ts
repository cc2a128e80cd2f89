/** What a user may ask for; `auto` is the best that opens. */
export const DEVICES = ['auto', 'cpu', 'cuda', 'webgpu', 'tensorflow'] as const;

/** One of {@link DEVICES}. */
export type Device = (typeof DEVICES)[number];

/** A device by its own name. */
export type NamedDevice = Exclude<Device, 'auto'>;

/** All devices by their own names. */
export const NAMED_DEVICES = DEVICES.filter((device) => device !== 'auto');
