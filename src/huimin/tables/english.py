"""The published tables in English: what `declared` says in Chinese, table by table and column by column."""

from functools import cache

from huimin.tables.declared import PublishedTable

WORDS = """
clues            | one row a clue: where somebody should look, never a finding
  clue_id          | 16 hexadecimal characters; the same clue every night, and no way back to the ID number
  rule             | the rule that found it
  rule_title       | title of the rule
  tier             | 1 two facts contradict; 2 not as the policy says; 3 a sign to ask about; 0 data that may be wrong
  item             | the benefit (roster)
  item_title       | title of the benefit
  department       | department in charge
  person_key       | keyed hash of the ID number; null without a person
  id_number_masked | masked ID number
  name_masked      | masked name
  age              | years on 1 January of the run's year, by the ID number
  sex              | by the ID number
  subject          | what it is about (plate, unit number, credit code, … by rule), masked by its type
  subject_key      | keyed hash of the subject
  street           | of the latest payment, else of the population register
  community        | of the latest payment, else of the population register
  first_period     | first day of the first period in question
  last_period      | first day of the last period in question
  periods          | how many periods are in question
  amount_at_risk   | yuan in question
  identity         | A: every row has the same name; C: some have another; null without a person
  priority         | expected yuan: the order of visits
  hit_rate         | estimated share of such clues that are confirmed
  state            | state in the ledger
  first_seen       | run date on which it was first found
  last_seen        | run date on which it was last found
  household_key    | keyed hash of the register household: one visit for all of its clues
  summary          | what was found, in one masked sentence
evidence         | one row a source row that a clue rests on
  clue_id          | the clue
  roster           | roster of the row
  delivery         | delivery of the row
  file             | file name; names and numbers in it are masked
  sheet            | sheet; null for text files
  row              | row number in the file, from 1
  role             | payment: what was paid; register: what it was compared with
  facts            | the facts that count, as JSON, masked
deliveries       | one row a delivered file, and what became of it
  delivery         | 16 characters of a hash of roster, unit, file and content: the key in every other table
  roster           | roster; null for a misplaced file
  unit             | who delivered it (a street, say); null for the whole district
  periods          | periods in it, by commas; of a register its as-at date
  file             | file name; of a zip member archive/member
  sha256           | hash of the content
  received_at      | when the file was last changed (UTC)
  status           | accepted, accepted_with_rejects, refused, superseded, unchanged or withdrawn
  rows_in_file     | rows of the file
  rows_layout      | rows of its layout: titles, headers, sums, blanks
  rows_accepted    | rows accepted
  rows_rejected    | rows rejected
  problem          | what is wrong with it
  fix              | what its department can do
  unknown_columns  | headers that the contract does not know: those of other rosters as they are, of the rest the number
  other_sheets     | sheets that were not read, as their header does not match
  stale            | a newer delivery failed a critical expectation, and this one still counts
  admitted         | who let a delivery in that failed a critical expectation, when and why; else null
  uncorrected      | refused or kept out, and nothing usable came after it
quality          | one row an expectation of a delivery
  roster           | roster
  delivery         | delivery
  expectation      | the expectation
  type             | its type, under Great Expectations' name
  column           | the column; null for the whole delivery
  severity         | critical, warning or info
  success          | whether it holds
  observed         | the observed value, without personal data
  unexpected_count | rows for which it does not hold
  element_count    | rows looked at
reject_reasons   | one row a delivery, column and reason: how often; the cells are on the restricted side alone
  delivery         | delivery
  column           | column
  reason           | why the row was rejected
  count            | how often
rules            | one row a rule: how it ran
  rule             | the rule
  version          | hash of its text
  tier             | tier
  status           | ran or skipped
  why              | why it was skipped, or what it did not have
  clues            | clues found
  population       | persons and items (or households) compared
  periods_not_judged | periods not judged for want of data
statistics       | one row an item in the district's own form
  part             | main, data (data that may be wrong), entitlement (entitled and not paid) or funds
  position         | number in the form; null for the total
  department       | department; 总计 for the total
  item             | the benefit
  item_title       | its title
  clues            | clues
  department_clues | clues of the whole department
  share            | the department's share in per cent, two decimals
changes          | one row a clue that is new, changed or gone since the run before
  clue_id          | the clue
  change           | new, changed or vanished
  rule             | its rule
  item             | its benefit
  street           | its street
  what             | what changed
ledger           | one row a clue ever seen, and what became of it
  clue_id          | the clue
  rule             | its rule
  item             | its benefit
  department       | department in charge
  street           | street
  state            | state
  first_seen       | run date on which it was first found
  last_seen        | run date on which it was last found
  vanished_on      | first run date without it; null while it is found
  tier             | tier
  periods          | periods in question
  amount_at_risk   | yuan in question
  evidence_hash    | the same while the evidence is the same
  exemption        | the exemption row it rests on: delivery/sheet/row
  exempted_state   | what it was before the exemption and is again after it
  outcome          | the last outcome; kept when it is opened again
  cause            | cause
  verified_on      | day of the visit
  hit_rate         | hit rate that its priority used
  identity         | A: every row has the same name; C: some have another
  last_period      | first day of the last period in question; of a closed one as at its closing
  decided_evidence | evidence_hash as it was decided on
  handling         | what was done
  due_amount       | yuan to be recovered
  recovered_amount | yuan recovered
  deadline_on      | until when it is to be put right
  rectified_on     | when it was put right
  closed_on        | when it was closed
  reopened_on      | run date on which it was last opened again
  what_changed     | why it was opened again
  plan             | the last re-check plan it is in
  decision         | the last decision: record/number
exposure         | yuan at risk by item, street and month: each person, item and period once
  item             | the benefit
  street           | street
  month            | month in which the period begins
  amount           | yuan
progress         | how far verification is: whole district, by street, by department
  by               | all, street or department
  value            | which one; null for all, and where none is told
  clues            | clues to verify = open + pending + confirmed + unfounded
  open             | not verified yet
  overdue          | open after the days allowed, or not put right by the deadline
  pending          | undecided
  confirmed        | confirmed, wholly or in part
  unfounded        | found to be nothing
  rechecking       | being checked again
  mending          | being put right
  closed           | closed
  due_amount       | yuan to be recovered
  recovered_amount | yuan recovered
trend            | one row a complete run, carried on from run to run
  run              | the run
  run_date         | its run date
  clues            | clues to verify
  open             | not verified yet
  confirmed        | confirmed
  unfounded        | found to be nothing
  closed           | closed
  amount_at_risk   | yuan in question, each once
  recovered_amount | yuan recovered
  refused          | deliveries refused
  rows_rejected    | rows still to be corrected in deliveries in force
rates            | hit rates, overturn rates and spot-check rates with Wilson's 95 % interval
  measure          | hit, overturn or spot
  by               | all, rule, tier, street or identity
  value            | which one; null for all, and where none is told
  tier             | tier of the rule; null for other groups
  checked          | how many have an outcome
  positive         | how many of these are confirmed (wrong data and exceptions do not count)
  rate             | positive / checked; null without any
  low              | lower end of the interval
  high             | upper end of the interval
  review           | the rule should be looked at again: many outcomes, and the interval below the set value; else null
coverage         | who is on benefit by street and item in the latest period, and what was found and verified among them
  street           | street; null where none is told
  item             | the benefit
  beneficiaries    | persons on it
  households       | register households on it; of dibao those of its heads
  paid             | yuan paid
  clues            | clues in the ledger, without exempted ones and those gone by themselves
  verified         | those of them with an outcome
mends            | what became of the rejected rows of deliveries that later ones took the place of
  roster           | roster
  unit             | who delivered it; null for the whole district
  delivery         | delivery
  later_delivery   | the one that took its place; the latest of several
  rejected         | rows rejected = mended + rejected_again + gone
  mended           | accepted in the later delivery
  rejected_again   | rejected again
  gone             | not delivered again, or not to be recognised
column_use       | who reads each column of each roster: one row a reader; of a column that nobody reads one without
  roster           | roster
  column           | column
  title            | its title
  required         | whether it is required
  unused           | optional and read by nobody: not to be collected
  kind             | rule, view (through which a rule reads it), expectation, evidence or output
  reader           | the rule, view, expectation type, roster or use
"""


@cache
def words() -> dict[tuple[str, str], str]:
    """By (table, column) what it is; of the table itself under an empty column."""
    found, table = {}, ""
    for line in WORDS.strip().splitlines():
        name, told = (cell.strip() for cell in line.split(" | ", 1))
        table = table if line.startswith(" ") else name
        found[table, name if line.startswith(" ") else ""] = told
    return found


def in_english(table: PublishedTable, column: str = "") -> str:
    """What the table is, or a column of it. Raises KeyError when nothing is said of it."""
    return words()[table.name, column]
