// The instants and spans in the questions; bench/Ciclo.Bench/Questions says what each question means and holds the expected answers.
export const DAY = 86_400_000;
export const WEEK = 7 * DAY;
export const START = 1_736_121_600_000;
export const END = START + 180 * DAY;
export const NAMES = [
  'Page Viewed', 'Product Viewed', 'Product Added', 'Checkout Started', 'Order Completed', 'Email Opened', 'Email Clicked', 'Signed Up',
  'NPS Answered', 'Referral Made',
];
export const CATEGORIES = ['books', 'music', 'garden', 'kitchen', 'toys', 'sports', 'shoes', 'phones'];

/** An SQL list of quoted texts; none of ours has a quote in it. */
export const quoted = (texts) => texts.map((text) => `'${text}'`).join(', ');

/** One row of numbers as an answer. */
export const numbers = (row) => row.map(Number).join(',');

/** Rows of week, weeks later, profiles as an answer. */
export const cells = (rows) =>
  rows.map((row) => row.map(Number)).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([week, later, profiles]) => `${week}:${later}=${profiles}`).join(' ');

/**
 * The funnel in standard SQL, for engines without a function for it. `windowFunnel` step by step: each event of a step carries the latest first
 * event that a chain up to it can have; chains with a later first event are never worse.
 */
export const FUNNEL = `
  with steps as (
    select profile, ms,
           case name when 'Product Viewed' then 1 when 'Product Added' then 2 when 'Checkout Started' then 3 else 4 end as step
    from events
    where (name = 'Product Viewed' and revenue >= 50) or name in ('Product Added', 'Checkout Started', 'Order Completed')),
  first as (
    select *, max(case when step = 1 then ms end) over (partition by profile order by ms) as f1 from steps),
  second as (
    select *, max(case when step = 2 and ms - f1 <= ${WEEK} then f1 end) over (partition by profile order by ms) as f2 from first),
  third as (
    select *, max(case when step = 3 and ms - f2 <= ${WEEK} then f2 end) over (partition by profile order by ms) as f3 from second),
  reached as (
    select profile,
           max(case when step = 4 and ms - f3 <= ${WEEK} then 4 when step = 3 and ms - f2 <= ${WEEK} then 3
                    when step = 2 and ms - f1 <= ${WEEK} then 2 when step = 1 then 1 else 0 end) as level
    from third group by profile)
  select sum(case when level >= 1 then 1 else 0 end), sum(case when level >= 2 then 1 else 0 end),
         sum(case when level >= 3 then 1 else 0 end), sum(case when level >= 4 then 1 else 0 end)
  from reached`;

/** The ad-hoc segment in standard SQL. */
export const SEGMENT = `
  select count(*) from (
    select profile from events where name = 'Order Completed' group by profile
    having count(case when ms > ${END - 90 * DAY} then 1 end) >= 3 and sum(revenue) >= 200.005) members`;

/** The end state of the framework and the three segments in standard SQL; \`day\` is the engine's text for the day of an event. */
export const framework = (day) => `
  with facts as (
    select max(case when name = 'Referral Made' then 1 else 0 end) as referred,
           max(case when name = 'Signed Up' then 1 else 0 end) as signed,
           count(case when name = 'Order Completed' then 1 end) as orders,
           max(case when name = 'Order Completed' then ms end) as last_order,
           coalesce(sum(case when name = 'Order Completed' and ms > ${END - 90 * DAY} then revenue end), 0) as spent,
           count(case when name = 'Product Viewed' and ms > ${END - 30 * DAY} then 1 end) as views,
           count(distinct case when name = 'Order Completed' and ms > ${END - 180 * DAY} then ${day} end) as days
    from events group by profile),
  places as (
    select case when referred = 1 then 5 when orders >= 1 and ${END} - last_order > ${55 * DAY} then 4 when orders >= 2 then 3
                when orders = 1 then 2 when signed = 1 then 1 else 0 end as stage, spent, views, days
    from facts)
  select count(case when stage = 0 then 1 end), count(case when stage = 1 then 1 end), count(case when stage = 2 then 1 end),
         count(case when stage = 3 then 1 end), count(case when stage = 4 then 1 end), count(case when stage = 5 then 1 end),
         count(case when spent >= 100.005 then 1 end), count(case when views >= 3 then 1 end), count(case when days >= 2 then 1 end)
  from places`;
