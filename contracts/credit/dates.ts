// Owns days: their spelling and their place in the calendar; leaves the day of a block to block-time.ts.
const MS_PER_DAY = 86_400_000;
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  if (day > (MONTH_DAYS[month - 1] ?? 0)) return false;
  return month !== 2 || day < 29 || isLeapYear(Number(text.slice(0, 4)));
}

/** `YYYY-MM-DD`, which sorts as the days do. */
export function formatDay(days: number): string {
  // Counted in years that begin on 1 March, so that a leap day comes last; 719468 days lie before 1970.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const of_era = shifted - era * 146_097;
  const year_of_era = Math.floor(
    (of_era - Math.floor(of_era / 1_460) + Math.floor(of_era / 36_524) - Math.floor(of_era / 146_096)) / 365,
  );
  const of_year = of_era - (365 * year_of_era + Math.floor(year_of_era / 4) - Math.floor(year_of_era / 100));
  const shifted_month = Math.floor((5 * of_year + 2) / 153);
  const day = of_year - Math.floor((153 * shifted_month + 2) / 5) + 1;
  const month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const year = year_of_era + era * 400 + (month < 3 ? 1 : 0);
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
}

/** The last millisecond of a day, in milliseconds since 1970. */
export function endOfDay(day: string): number {
  const month = Number(day.slice(5, 7));
  const year = Number(day.slice(0, 4)) - (month < 3 ? 1 : 0);
  const era = Math.floor(year / 400);
  const year_of_era = year - era * 400;
  const of_year = Math.floor((153 * (month < 3 ? month + 9 : month - 3) + 2) / 5) + Number(day.slice(8)) - 1;
  const of_era = year_of_era * 365 + Math.floor(year_of_era / 4) - Math.floor(year_of_era / 100) + of_year;
  return (era * 146_097 + of_era - 719_468 + 1) * MS_PER_DAY - 1;
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
