/** Telephone numbers: as they are compared, and as they are shown. */

/**
 * The number as it is compared: digits only, without the country's prefix when it is that of
 * mainland China, whose files leave it out.
 */
export function normalisePhone(phone: string): string {
  return phone.replace(/\D/g, '').replace(/^(00)?86(?=1\d{10}$)/, '');
}

/** For screens: the first three and last four digits of a mobile number, less of a shorter one. */
export function maskPhone(phone: string): string {
  const shown = phone.length >= 11 ? 3 : 0;
  const hidden = Math.max(phone.length - shown - 4, 0);
  return `${phone.slice(0, shown)}${'*'.repeat(hidden)}${phone.slice(shown + hidden)}`;
}
