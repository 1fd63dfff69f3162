/** Of this program, for people and for the CA. */
export const VERSION = '0.1.0'
