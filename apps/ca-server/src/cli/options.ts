import { Option } from 'commander'

/** For an option that may be given several times. */
export const collect = (value: string, previous: string[]): string[] => [...previous, value]

export const passphraseFile = (): Option =>
  new Option('--passphrase-file <file>', 'file whose first line opens the keys')
