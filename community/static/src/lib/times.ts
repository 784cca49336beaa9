// Times as the server writes them: `7:00 pm`, `Thursday, November 26`, in the member's own time zone.

/** `7:00 pm` */
export function clock(at: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit", timeZone: zone }).formatToParts(at);
  const part = (type: string): string => parts.find((entry) => entry.type === type)?.value ?? "";
  return `${part("hour")}:${part("minute")} ${part("dayPeriod").toLowerCase()}`;
}

/** `Thursday, November 26`, with the year when it is not the current one. Equal for all of a day, so it identifies it. */
export function dayName(at: Date, zone: string, now = new Date()): string {
  const year = new Intl.DateTimeFormat("en-US", { year: "numeric", timeZone: zone });
  const date = new Intl.DateTimeFormat("en-US", { weekday: "long", month: "long", day: "numeric", timeZone: zone }).format(at);
  return year.format(at) === year.format(now) ? date : `${date}, ${year.format(at)}`;
}

/** `Today`, `Yesterday`, or the name of the day. */
export function dayLabel(at: Date, zone: string, now = new Date()): string {
  const day = dayName(at, zone, now);
  if (day === dayName(now, zone, now)) return "Today";
  const yesterday = new Date(now.getTime() - 86_400_000);
  return day === dayName(yesterday, zone, now) ? "Yesterday" : day;
}
