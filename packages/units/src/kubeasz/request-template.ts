/** More than the largest request that a kubelet makes (RSA 4096 and a few names), in base64 of PEM. */
export const MAX_REQUEST_CHARACTERS = 16_384

/**
 * What kubectl prints of the requests: one fact a line, each quoted by Go (`%q`), so that no text of a
 * request can end a line or a quote. No single quote is in it: it stands in a quoted word of bash.
 */
export const REQUEST_TEMPLATE = [
  '{{range .items}}request {{printf "%q" .metadata.name}}',
  'uid {{printf "%q" .metadata.uid}}',
  '{{with .spec.signerName}}signer {{printf "%q" .}}',
  '{{end}}user {{printf "%q" .spec.username}}',
  '{{range .spec.groups}}group {{printf "%q" .}}',
  '{{end}}{{range .spec.usages}}usage {{printf "%q" .}}',
  `{{end}}{{with .spec.request}}{{if gt (len .) ${MAX_REQUEST_CHARACTERS}}}oversized`,
  '{{else}}csr {{printf "%q" .}}',
  '{{end}}{{end}}{{with .status}}{{range .conditions}}decided {{printf "%q" .type}}',
  '{{end}}{{with .certificate}}decided "issued"',
  '{{end}}{{end}}end',
  '{{end}}',
].join('\n')
