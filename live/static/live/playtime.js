/*
 * Times inside a recording, as people type them: core.playtime on this side of the wire.
 *
 *   milliseconds("12:34")     // 754000; null for nothing, undefined for what is no time
 */

const TYPED = /^(?:(\d{1,2})(?::|時間))?(\d{1,3})(?::|分)(?:(\d{1,2})秒?)?$/;
const MOST = 12 * 60 * 60 * 1000;

export function milliseconds(typed) {
  const text = typed.normalize("NFKC").replace(/\s/g, "");
  if (!text) return null;
  const found = TYPED.exec(text);
  if (!found) return undefined;
  const [hours, minutes, seconds] = found.slice(1).map((digits) => Number(digits ?? 0));
  const whole = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return seconds >= 60 || (found[1] && minutes >= 60) || whole > MOST ? undefined : whole;
}
