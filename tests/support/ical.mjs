// A second opinion on rules and calendars: ical.js (the calendar engine of Thunderbird), which shares no code with ours.
// Reads one JSON question from standard input, writes one JSON answer.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const asked = JSON.parse(readFileSync(0, "utf8"));
const answers = { rules: asked.rules?.map(expand), calendar: asked.calendar && events(asked.calendar) };
process.stdout.write(JSON.stringify(answers));

/** The first `most` wall times of a rule, as ISO text. */
function expand({ rule, first, most }) {
  const dates = [];
  const each = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromDateTimeString(first));
  for (let date = each.next(); date && dates.length < most; date = each.next()) dates.push(date.toString());
  return dates;
}

/** Every event of a calendar, its times in UTC by the calendar's own zones. */
function events(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  return calendar.getAllSubcomponents("vevent").map((one) => {
    const event = new ICAL.Event(one);
    return {
      uid: event.uid,
      summary: event.summary,
      starts: event.startDate.toJSDate().toISOString(),
      ends: event.endDate.toJSDate().toISOString(),
      sequence: event.sequence,
      status: one.getFirstPropertyValue("status"),
      zone: one.getFirstProperty("dtstart").getParameter("tzid"),
      location: event.location,
    };
  });
}
