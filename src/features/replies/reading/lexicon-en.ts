import { englishAnswers } from './lexicon-en-answers.ts';
import type { Lexicon } from './lexicon.ts';

const textsAsOne = [
  'texts',
  'texting',
  'messages',
  'msgs',
  'reminders',
  'alerts',
  'notifications',
].flatMap((texts) =>
  ['the', 'these', 'those', 'this', 'my', 'your', 'ur', 'all', 'all the', 'all these'].map(
    (which) => `${which} ${texts}`,
  ),
);
/** "Turn the texts off", "make these messages go away": the verb is in two parts, and the texts between them. */
const turnedOff = textsAsOne
  .flatMap((texts) => [
    ...['turn', 'shut', 'switch', 'cut'].flatMap((verb) => [
      `${verb} ${texts} off`,
      `${verb} ${texts} down`,
    ]),
    `make ${texts} go away`,
    `make ${texts} disappear`,
  ])
  .join(' | ');

/** English, as people text it: no apostrophes, no accents, lower case. */
export const english: Lexicon = {
  ...englishAnswers,
  stop: `
    cease | cease and desist | ceased | ceasing | desist | discontinue | halt | hold off on | make it stop
    | put a stop to | put an end to | quit | quit coming | quit it | quit that | quitting | refrain from | abstain from | stahp
    | stawp | stop | stop coming | stop from | stop it | stop stop | stop w | stop with | stoped | stopped it
    | stopping | stops | stp`,
  alone: `
    all done | call it quits | deactivate | disable | end | end all | end it | end this | enough is enough | i quit
    | shut it off | shut off | stop all | stop everything | stopall | suspend | switch it off | switch off | td
    | terminate | turn off | turn off all | turn them off | unsub`,
  optout: `
    ${turnedOff}
    | alerts off | msgs off | notifications off | reminders off | sms off |    cut me off | deregister | disenroll | dnc list | do not call list | do not contact list | do not text list
    | dont contact list | dont text list | get me out of here | i want out | leave me alone | leave my number alone
    | leave my phone alone | leave this number alone | leave this phone alone | leave us alone | let me out
    | messages off | mute me | mute these | mute this | opt me out | opt my number out | opt ot | opt out
    | opt this number out | opt us out | opted out | opting me out | opting out | optout | shut these off
    | shut this off | sign me off | sign me out | sign out | stop2end | stop2quit | take me out | text messages off
    | text off | texts off | turn it off | turn texts off | turn these off | turn this off | un enroll
    | un subscribe | un subscribed | unenroll | unlist | unregister | unsub me | unsubs | unsubscribe | unsubscribed
    | unsubscribing | unsubscription | unsuscribe | want none | want out`,
  remove: `
    delete | deleted | deleting | dump | erase | erased | exclude | excluded | gone from | gone off | purge | purged
    | removal | remove | removed | removing | rid of | rmv | scrub | scrubbed | unadd | unlink | wipe out`,
  revoke: `
    revocation | revocation of | withdrawal of | i revoke | pull back | rescind | rescinding | retract | revoke | revoked | revokes | revoking | take back
    | taking back | undo | void | withdraw | withdrawing | withdrawn | withdrew`,
  consent: `
    agreement | allow | allowed | allowing | allows | approval | authorisation | authorise | authorization
    | authorize | authorized | authorizing | consent | consented | consenting | opted in | permission | permissions
    | permitted | previous consent | previous permission | prior consent | prior express consent | prior permission
    | sign up | signed up | signup | subscribe for`,
  contact: `
    annoy | annoying me | ask again | ask me again | asking me | badger | badgering | be contacted | beeping | blast
    | blitzing | blow my phone up | blow up my phone | blowin my phone up | blowin up | blowin up my phone
    | blowing my phone up | blowing up | blowing up my phone | blowing up our phone | bombard | bombarding | bother
    | bothered | bothering | bug | bugged | bugging | buzz | buzzing | chasing me | communicate | communicating
    | contact | contacted | contacting | correspond | ding | dinging | disturb | disturbing | drop me a line
    | email or text | filling up my phone | flooding | follow up | following up | get in touch | get in touch with
    | getting in touch | harass | harassed | harassing | hassle | hassling | hit me up | hit my phone up | hit up
    | hitting me up | hitting my line | hitting my phone | hitting my phone up | hitting up | hmu | hound | hounding
    | interrupting | intrude | message | messaged | messagin | messaging | msg | msgin | msging | msgn | nag
    | nagging | notified | notify | notifying | outreach | pester | pestering | ping | pinged | pinging | reach out
    | reaching out | remind | reminded | reminding | send | sendin | sending | sent | shoot me texts | sms | solicit
    | soliciting | spam me | spamming | swamping | tell me | testing me | tex | text | text message | texted
    | textin | texting | textn | touch base | txt | txtin | txting | txtn | use my cell for messages
    | use my number for texts | use this number for messages | use this number for texts | use this number to
    | using this number to | write | writing | wrote`,
  call: `
    call | called | calling | calls | dial | dialing | email | emailing | emails | mail | mailing | mails | phone
    | phone calls | phone me | phoned | phoning | ring | ring me | ringing | robo calls | robocalls | telephone
    | voice calls | voicemail`,
  texts: `
    alert | alerts | appointment reminders | communication | communications | contact from you | correspondence
    | message reminders | messages | messags | msg s | msgs | notification | notifications | reminder
    | reminder messages | reminder texts | reminders | robo texts | robotexts | sms alerts | sms messages | sms texts
    | smss | spam messages | spam texts | text alerts | text messages | text messaging | text msgs
    | text notifications | text reminders | other ones | any other ones | any more ones | more ones | text service | texts | txt messages | txt msgs | txts | updates`,
  me: `
    me | my contact info | my contact information | my info | my information | myself | this contact | us`,
  them: `
    her | hers | him | his | my aunt | my brother | my child | my dad | my dads | my daughter | my daughters | my ex
    | my father | my fathers | my grandfather | my grandma | my grandmother | my grandpa | my husband | my husbands
    | my kids | my mom | my moms | my mother | my mothers | my partner | my roommate | my sister | my son | my sons
    | my spouse | my uncle | my wife | my wifes | somebody else | someone else | them both`,
  list: `whatever list | 
    address book | auto texts list | automated list | automated system | books | call list | call sheet
    | calling list | campaign | chat | computer | computers | contact list | contacts | contacts list | crm
    | data base | database | directory | distribution list | enrollment | enrolment | file | files | group
    | group chat | group text | list | lists | mailing list | phone list | phonebook | program | record | records
    | registration | rolls | rolodex | roster | service | services | subscription | subscriptions | system | systems
    | text list | text system | texting list | texting program | texting system | this list | thread`,
  not: `
    ask you not to | can u not | can ya not | can yall not | can you all not | can you guys not | can you not
    | can you people not | could u not | could yall not | could you all not | could you guys not | could you not | dnt | do n t | do not | do not ever
    | do not under any circumstances | do not you dare | do nt | does not want you to | doesnt want you to | don t
    | donot | dont | dont ever | dont ever again | dont u | dont u dare | dont u ever | dont you | dont you dare
    | dont you ever | i ask that you not | i prefer you not | i would prefer you not | i would rather you not
    | id rather you didnt | id rather you not | im asking you not to | neither | never ever again | no longer
    | nolonger | not | not ever | not to | please no | prefer that you not | rather you didnt | rather you dont
    | under no circumstances | will yall not | will you guys not | will you not
    | would yall not | would you all not | would you guys not | would you not`,
  cannot: `
    can not | can t | cannot | cant | could not | couldnt | i am not able | lack | lacks | should not | shouldnt
    | unable`,
  forbidden: `
    are not appreciated | are not welcome | are not wanted | are unwanted | are unwelcome | arent appreciated
    | arent wanted | arent welcome | is not welcome | is unwelcome | is unwanted | isnt welcome | not appreciated
    | not welcome | not wanted | unwelcome | are no longer allowed to | are no longer authorized to | are no longer permitted to | are not allowed to
    | are not authorized to | are not permitted to | are not to | are not welcome to | arent allowed to
    | arent authorized to | arent to | do not have permission to | dont have permission to | have no business
    | have no permission to | have no right to | is not allowed to | is not to | may no longer | may not | must not
    | mustnt | no longer allowed | no longer authorized to | not allowed to | not authorized to | not permitted to
    | not welcome to`,
  ended: `discontinued | ended | halted | stopped | terminated`,
  didnt: `
    aint | are not | arent | did not | didn t | didnt | didnt mean to | do not really | do not usually | does not
    | doesn t | doesnt | dont normally | dont really | dont usually | hadnt | has not | hasnt | have not | havent
    | is not | isnt | never meant to | no intention of | no need to | no one | no plans to | no reason to | nobody
    | noone | was not | wasnt | will not | won t | wont | would not | wouldnt`,
  amnot: `ain t | am not | i am not | im not | we are not`,
  never: `have never | i never | ive never | never | never ever`,
  nomore: `
    last message i want | last text i need | last text i want | no additional | no further | no mas | no mor
    | no more | no more of | no more of your | no new | no other | nomor | nomore | not a single
    | not a single one more | not another | not any more | not even one | not one | not one more | nothing more
    | without`,
  cancel: `cancel | canceled | canceling | cancelled | cancelled it | cancelling | cancels | cancle`,
  take: `
    tke | block | cross | discard | do not use | dont use | drop | forget | get me | get my name | get my number
    | get rid of | get this number | get us | loose | lose | pull | quit using | scratch | stop using | strike
    | take | taken | takes | takin | took | trash | wipe`,
  number: `
    cell number | cell phone | cell phone number | mobile number | my cell | my cell number | my cell phone
    | my cellphone | my contact number | my digits | my mobile | my mobile number | my mobile phone | my name
    | my name and number | my name and phone number | my number | my number and name | my phone | my phone number
    | my telephone | my telephone number | number | our number | our phone | our phone number | phone number
    | telephone number | that number | the number | this cell | this cell phone | this line | this mobile
    | this number | this phone | this phone number | this telephone number`,
  time: `
    after | at midnight | at night | at work | before | between | during | early | every day | everyday | for a bit
    | for a few days | for a few weeks | for a while | for awhile | for now | in the middle of the night
    | in the morning | late at night | on sunday | on sundays | on weekends | once | past midnight | so early
    | so late | so many | so much | so often | that is all | that many | that often | that will be all | thats all
    | thats it | this early | this late | this time | til | till | until | while`,
  past: `a while ago | days ago | last month | last week | last year | months ago | weeks ago | years ago | yesterday`,
  part: `
    about her | about his | about my | about the | ads | advertisements | billing texts only | bills | my bill
    | newsletter | newsletters | ones | ones about | only some | pause | promotion | promotions | saturdays
    | solicitations | statements | sundays | survey | surveys | the bills | the ones about | weekends`,
  tired: `
    annoyed by | annoyed with | did not agree to | did not ask for | did not request | didnt agree to
    | didnt ask for | didnt request | fed up | fed up with | never agreed to | never asked for | never consented to
    | never requested | no one asked for | nobody asked for | sick and tired of | sick of | tired of`,
  decline: `
    do not want none | dont need none | dont want none | leave off | no time for | no use for | save yourself the trouble of | spare me | spare me from | spare us
    | spare us from | abort | against | avoid | avoiding | axe | back off on | back off with | can we not do | count me out
    | count me out of | cut off | cut out | decline | declining | denied | deny | ditch | do without | ease up on
    | ease up with | eliminate | give it a rest with | good on | i am good on | i am not interested in | i decline
    | i refuse | i will pass on | ill pass on | im good on | im not interested in | is not interested in
    | isnt interested in | kill | let us not do | lets not do | nix | no longer interested in
    | no one at this number wants | no one here wants | no one wants | no to | nobody at this number wants
    | nobody here wants | nobody wants | not interested in | object to | opposed to | pass on | refuse | refusing
    | reject | scrap | shut down | skip | we are not interested in | zero`,
  dnd: `dnd | do not disturb | do not disturb me | dont disturb | dont disturb me`,
  optof: `opt out of | opted out of | opting out of`,
  want: `
    wnat | watn |    appreciate | ask | asked | asking | be sure i | can i be | can we be | care | choose | chose | could i be
    | could we be | desire | elect | elected | grateful | i d like | i would appreciate | id appreciate | id like
    | like | liked | looking to | make sure i | make sure that i | may i be | need | needed | needing | opt to
    | prefer | request | requested | requesting | requests | see that i | see to it that i | tryin to | trying to
    | tryna | wanna | want | wanted | wanting | wants | wish | wishes | wishing | would like`,
  get: `
    be on | gave | get | getting | give | given | giving | got | grant | has | have | hear from
    | hear from this number | hear from yall | hear from you | hear from you guys | hear from you people | heard
    | hearing from you | listening to | receive | received | receiving | recieve | recieved | recieving`,
  enough: `
    cut it out | cut it out with | done with | enough | enough of | enough with | finished with | had enough
    | had enough of | im done | im done with | knock it off | knock it off with | lay off | over it with
    | through with`,
  more: `
    additional | again | another | any further | any longer | any more | anymore | anything | as of now
    | as of today | at any time | effective now | effective today | ever again | from now on | from this day on
    | from today on | further | going forward | henceforth | in future | in the future | longer | more
    | moving forward | nothing | starting now | starting today`,
  from: `from | off | off of | offa | out | out of | outta | to yourself | to yourselves`,
  or: `and or | before i | before we | nor | or | or else | or else i`,
  and: `and | so`,
  you: `
    ppl | they | u | u r | y all | ya | yall | you | you folks | you guys | you people | your clinic | your company
    | your office | youre`,
  i: `i | i am | i have | i will | id | ill | im | ive | we | were | weve`,
  it: `
    dat | dis |    all of it | all of this | all this | everything | it | stuff | that | these things | thing | things | this
    | this crap | this shit | this stuff`,
  aux: `
    about to | allowed to | am requesting that you | are you able to | asked you to | asking you to | be sure to
    | beg you to | begging you to | better | can | can i ask you to | continue | continue to | could
    | could i ask you to | demand that you | demand you | do | do you mind | does | ensure | ensure that | free to
    | get to | go ahead and | going to | gonna | got to | gotta | had better | has to | have to
    | how can i get you to | i am asking you to | i am trying to | i ask that you | i asked you to
    | i demand that you | i demand you | i need you to | i request that you | i told you to | i want you to
    | i would like you to | id like you to | im asking you to | im trying to | is there a way to | keep | keep on
    | let | lets | like you to | make | make sure | make sure that | make sure to | make sure you | may
    | may i ask you to | might i ask you to | must | need to | need you to | needs to | ought to | permitted to
    | please do | please to | requesting that you | see to it that | shall | should | supposed to | told you to
    | try to | want you to | welcome to | will | will you | would | would you mind | you were told to`,
  be: `am | are | be | is | it is | its | means | that is | was`,
  how: `
    how | how can i | how do i | how do we | how do you | how to | what do i do to | what do i have to do to
    | what do i need to do to | what do i reply to | what do i say to | what do i send to | what do i text to
    | what do i type to | what does it take to | what number do i text to | what should i text to
    | what will it take to | where do i`,
  ask: `
    am i | did i | did the | did we | did you | do i have to | do i need to | have i | have you | if i say
    | if i text | must i | should i | was i | what | what happens if i | what if i | whats | when | when can i
    | when did the | when did you | when do i | when should i | where | which | who | whos | why did the | why did u
    | why did you | why have you | why would i | will i | will you still | would i`,
  why: `how come | why`,
  say: `
    2nd request | answer | answer is | answered | asked you | clicked | gave out | give out | given out | giving out
    | have asked | hey google | hey siri | hit | how many times do i have to say | how many times do i need to say
    | how many times i gotta say | how many times must i say | i already replied | i already said | i already texted
    | i already told you | i am replying | i asked | i asked you | i choose | i have asked | i have asked you
    | i have said | i have to say | i must say | i pick | i replied | i texted | i told yall | i told you | i vote
    | i want to say | i will say | i would say | id say | ill go with | ill say | is my answer | ive asked you
    | ive asked you three times | ive told you | lawyer says | my answer | my answer is | my lawyer says
    | my preference | my preference is | my reply is | my response is | my second request | my third request
    | preference | pressed | pushed | replied | reply | reply back | replying | respond | responded | response
    | said | say | saying | says | second request | send back | siri | tell her | tell him | tell the computer
    | tell the doctor | tell the office | tell the system | tell them | tell your computer | tell your staff
    | tell your system | text back | texted you | the answer | the answer is | third request | told | told you
    | type | typed | vote`,
  prep: `
    about | around | as | at | because | bout | by | down | for | if you dont | in | into | like that | near | on
    | over | past | per | re | regarding | since | than | through | thru | up | w | with`,
  topic: `
    appointment | appointments | appt | billing | clinic | health | marketing | medical | office | payment
    | pharmacy | prescription | promo | promotional | test | wellness`,
  these: `em | them | these | theses | those`,
  if: `
    almost | although | as long as | assuming | but only | conditionally | depending | depends | eventually | except
    | except for | first | hopefully | however | if | just about | just at | just for | just not | just on | just once
    | just this | just when | kind of | kinda | later | maybe | might | mostly | nearly | not sure | occasionally
    | only | only if | other than | partially | perhaps | possibly | potentially | presumably | probably | provided
    | rarely | seldom | sometimes | soon | sort of | sorta | tentatively | theoretically | unless | unsure | usually`,
  instead: `
    call instead | call only | calls only | email instead | email only | emails only | i prefer text | instead
    | just message me | just text | just text me | only call | only call me | only email | only text | only text me
    | phone only | prefer a text | prefer text | prefer texting | prefer texts | rather | text me instead`,
  but: `but`,
};
