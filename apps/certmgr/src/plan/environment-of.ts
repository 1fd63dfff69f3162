import type { Change } from '@easycerts/shared/certificate-spec'

/** Where commands are looked for; the last part is NixOS's. */
export const COMMAND_PATH =
  '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin'

/** The same under every service manager and for an operator's shell. */
const FIXED = {
  PATH: COMMAND_PATH,
  LANG: 'C.UTF-8',
}

/** What a command learns of the change; empty for what the spec does not keep. */
export const CHANGE_VARIABLES: Readonly<Record<string, (change: Change) => string | undefined>> = {
  CERTMGR_CA_PATH: ({ ca }) => ca,
  CERTMGR_CERT_PATH: ({ certificate }) => certificate,
  CERTMGR_KEY_PATH: ({ key }) => key,
  CERTMGR_SPEC_PATH: ({ spec }) => spec,
  CERTMGR_CHANGE_TYPE: ({ type }) => type,
}

/** The whole environment of a command: nothing of certmgr's own gets into it. */
export const environmentOf = (change: Change | undefined): Record<string, string> => ({
  ...FIXED,
  ...Object.fromEntries(
    Object.entries(CHANGE_VARIABLES).map(([name, read]) => [name, (change && read(change)) ?? '']),
  ),
})
