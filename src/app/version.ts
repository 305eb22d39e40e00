/** The version of this build, as every fact and the status carry it. */
export const VERSION = '0.1.0';
