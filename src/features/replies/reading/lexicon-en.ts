import type { Lexicon } from './lexicon.ts';

/** English, as people text it: no apostrophes, no accents, lower case. */
export const english: Lexicon = {
  filler: `
    2nd request | a | again and again | ah | all | all due respect | already | also | altogether | always | an
    | annoying | any | any kind of | any type of | anybody | anyway | appreciate it | appreciated
    | as soon as possible | asap | at all | at once | at this number | auto | automated | automatic | back
    | be so kind as | been | being | best regards | bless you | bloody | boss | bro | bruh | bud | buddy | by message
    | by sms | by text | by text message | bye | cheers | comma | completely | computerized | constant | crap | daily
    | damn | dang | darling | darn | darned | dear | dear friends | dude | dumb | each | effective immediately
    | effing | either | endless | entirely | er | even | ever | every | exclamation mark | exclamation point
    | excuse me | ffs | final notice | final request | final time | first notice | folks | for ever | for good
    | for the last time | for the love of god | forever | frankly | freakin | freaking | friggin | from this number
    | from this office | from yall | from you guys | from you people | from your clinic | from your company
    | from your number | from your office | from your practice | fuckin | fucking | fully | future | girl | god bless
    | god bless yall | god bless you | goddamn | good afternoon | good day | good day to you | good evening
    | good morning | good night | goodbye | greetings | guys | haha | hahaha | happy holidays | have a blessed day
    | have a good day | have a good evening | have a good one | have a great day | have a lovely day | have a nice day
    | have a nice evening | having | hello | hello there | here | hereby | hey | hey there | hi | hi there | hon
    | honestly | honey | hun | i am sorry | i appreciate it | i would just | if possible | if you dont mind
    | if you would | im sorry | immediately | immediatly | incoming | irritating | just | kind | kind regards | kindly
    | lady | last time | last warning | literally | lmao | lol | maam | madam | mam | man | many | many thanks | mate
    | more like it | much | much appreciated | much obliged | my | my dear | my own | nicely | now | obviously | of
    | oh | ok so | omg | on my cell | on my phone | on this number | once and for all | our | over and over | pal
    | period | permanently | personal | pesky | plea | pleae | pleas | please | pleeze | plese | pls | plse | plz
    | politely | question | random | really | regards | respectfully | respectfully yours | right away | right now
    | robo | robot | second request | seriously | shit | silly | simply | sincerely | sir | sis | smh | sms alert
    | some | sorry | spammy | still | stinking | stupid | such | sweetheart | sweetie | take care | tf | thank u
    | thank u so much | thank you | thank you again | thank you all | thank you so much | thank you very much | thanks
    | thanks a bunch | thanks a lot | thanks a million | thanks a ton | thanks again | thanks so much
    | thanks very much | thankyou | that i | thats | the | the fuck | the hell | then | there | third request | tho
    | though | though i | through text | thx | tk u | tks | to | to my cell | to my phone | to this number
    | today please | too | ty | tysm | tyvm | u too | ugh | uh | um | umm | unsolicited | unwanted | up front | ur
    | very | via sms | via text | via text message | w respect | warmly | weekly | well | what so ever | whatsoever
    | with all due respect | with gratitude | with respect | wtf | yo | you too | young lady | young man | your | yr`,
  stop: `
    cease | cease and desist | ceasing | desist | discontinue | halt | hold off on | make it stop | put a stop to
    | put an end to | quit | quit it | quit that | quitting | refrain from | stop | stop from | stop it | stop stop
    | stop w | stop with | stoped | stopped it | stopping | stops`,
  alone: `
    all done | call it quits | deactivate | disable | end | end all | end it | end this | enough is enough | i quit
    | shut it off | shut off | stop all | stop everything | stopall | suspend | switch it off | switch off | td
    | terminate | turn off | turn off all | turn them off | unsub`,
  optout: `
    cut me off | deregister | disenroll | dnc list | do not call list | do not contact list | do not text list
    | dont contact list | dont text list | get me out of here | i want out | leave me alone | leave us alone
    | let me out | messages off | opt me out | opt my number out | opt ot | opt out | opt this number out | opt us out
    | opted out | opting me out | opting out | optout | shut these off | shut this off | sign me off | sign out
    | stop2end | stop2quit | take me out | text messages off | text off | texts off | turn it off | turn texts off
    | turn these off | turn this off | un enroll | un subscribe | un subscribed | unenroll | unlist | unregister
    | unsub me | unsubs | unsubscribe | unsubscribed | unsubscribing | unsubscription | unsuscribe | want out`,
  remove: `
    delete | deleted | deleting | dump | erase | erased | exclude | gone from | gone off | purge | remove | removed
    | removing | rid of | scrub | unadd | unlink | wipe out`,
  revoke: `
    i revoke | pull back | rescind | rescinding | retract | revoke | revoked | revokes | revoking | take back
    | taking back | void | withdraw | withdrawing | withdrawn | withdrew`,
  consent: `
    agreement | allow | allowed | allowing | allows | approval | authorisation | authorise | authorization
    | authorize | authorized | consent | consented | consenting | opted in | permission | permissions | permitted
    | sign up | signed up | signup | subscribe for`,
  contact: `
    annoy | annoying me | ask again | ask me again | asking me | badger | badgering | be contacted | beeping | blast
    | blow up my phone | blowin up | blowin up my phone | blowing up | blowing up my phone | blowing up our phone
    | bother | bothered | bothering | bug | bugging | buzz | buzzing | communicate | communicating | contact
    | contacted | contacting | correspond | ding | dinging | disturb | disturbing | drop me a line | email or text
    | follow up | following up | get in touch | get in touch with | getting in touch | harass | harassing | hassle
    | hassling | hit me up | hit up | hound | hounding | intrude | message | messaged | messaging | msg | msging | nag
    | nagging | notified | notify | notifying | outreach | pester | pestering | ping | pinging | reach out
    | reaching out | remind | reminding | send | sending | sent | shoot me texts | sms | solicit | soliciting
    | spam me | spamming | tell me | testing me | tex | text | text message | texted | textin | texting | touch base
    | txt | txtin | txting | use my cell for messages | use my number for texts | use this number for messages
    | use this number for texts | use this number to | using this number to | write | writing | wrote`,
  call: `
    call | called | calling | calls | email | emailing | emails | mail | mailing | mails | phone calls | phone me
    | phoned | phoning | ring me | ringing | robo calls | robocalls | telephone | voice calls | voicemail`,
  texts: `
    ads | advertisements | alert | alerts | appointment reminders | communication | communications
    | contact from you | correspondence | message reminders | messages | messags | msg s | msgs | notification
    | notifications | promotions | reminder | reminder messages | reminder texts | reminders | robo texts | robotexts
    | sms alerts | sms messages | sms texts | smss | solicitations | spam messages | spam texts | text alerts
    | text messages | text messaging | text msgs | text notifications | text reminders | text service | texts
    | txt messages | txt msgs | txts | updates`,
  me: `
    me | my contact info | my contact information | my info | my information | myself | this contact | us`,
  them: `
    her | hers | him | his | my aunt | my brother | my child | my dad | my dads | my daughter | my daughters | my ex
    | my father | my fathers | my grandfather | my grandma | my grandmother | my grandpa | my husband | my husbands
    | my kids | my mom | my moms | my mother | my mothers | my partner | my roommate | my sister | my son | my sons
    | my spouse | my uncle | my wife | my wifes | somebody else | someone else | them both`,
  list: `
    address book | auto texts list | automated list | automated system | books | call list | call sheet
    | calling list | campaign | chat | computer | computers | contact list | contacts | contacts list | crm
    | data base | database | directory | distribution list | enrollment | enrolment | file | files | group
    | group chat | group text | list | lists | mailing list | phone list | phonebook | program | record | records
    | registration | rolls | rolodex | roster | service | services | subscription | subscriptions | system | systems
    | text list | text system | texting list | texting program | texting system | this list | thread`,
  not: `
    ask you not to | dnt | do n t | do not | do not ever | do not under any circumstances | do not you dare
    | does not want you to | doesnt want you to | don t | donot | dont | dont ever | dont ever again | dont u
    | dont u dare | dont u ever | dont you | dont you dare | dont you ever | i ask that you not | i prefer you not
    | i would prefer you not | i would rather you not | id rather you didnt | id rather you not | im asking you not to
    | may no longer | must not | neither | never ever again | no longer | nolonger | not | not ever | not to
    | please no | prefer that you not | rather you didnt | rather you dont | should not | shouldnt
    | under no circumstances`,
  cannot: `
    are no longer allowed to | are no longer authorized to | are no longer permitted to | are not allowed to
    | are not authorized to | are not permitted to | are not to | are not welcome to | arent allowed to
    | arent authorized to | arent to | can not | can t | cannot | cant | could not | couldnt
    | do not have permission to | dont have permission to | have no business | have no permission to
    | have no right to | i am not able | is not allowed to | is not to | lack | lacks | may not | no longer allowed
    | no longer authorized to | not allowed to | not authorized to | not permitted to | not welcome to | unable`,
  didnt: `
    aint | are not | arent | did not | didn t | didnt | didnt mean to | does not | doesn t | doesnt | hadnt
    | has not | hasnt | have not | havent | is not | isnt | never meant to | no intention of | no need to
    | no plans to | no reason to | was not | wasnt | will not | won t | wont | would not | wouldnt`,
  amnot: `ain t | am not | i am not | im not | we are not`,
  never: `have never | i never | ive never | never | never ever`,
  nomore: `
    last message i want | last text i need | last text i want | no additional | no further | no mas | no mor
    | no more | no more of | no more of your | nomor | nomore | not any more | without`,
  cancel: `cancel | canceled | canceling | cancelled | cancelled it | cancelling | cancels | cancle`,
  take: `
    block | cross | discard | ditch | do not use | dont use | drop | forget | get me | get my name | get my number
    | get rid of | get this number | get us | loose | lose | pull | quit using | scratch | stop using | strike | take
    | taken | takes | takin | took | trash | wipe`,
  number: `
    my cell | my cell number | my cell phone | my cellphone | my contact number | my digits | my mobile
    | my mobile number | my mobile phone | my name | my name and number | my name and phone number | my number
    | my number and name | my phone | my phone number | my telephone | my telephone number | number | our number
    | our phone | our phone number | that number | the number | this cell | this cell phone | this line | this mobile
    | this number | this phone | this phone number | this telephone number`,
  time: `
    after | at midnight | at night | at work | before | between | during | early | every day | everyday | for now
    | in the middle of the night | in the morning | late at night | on sunday | on sundays | on weekends | once
    | past midnight | so early | so late | so many | so much | so often | that is all | that many | that often
    | that will be all | thats all | thats it | this early | this late | this time | til | till | until | while`,
  part: `
    about her | about his | about my | about the | billing texts only | bills | my bill | only some | pause
    | saturdays | statements | sundays | survey | the bills | weekends`,
  tired: `
    annoyed by | annoyed with | did not agree to | did not ask for | did not request | didnt agree to
    | didnt ask for | didnt request | fed up | fed up with | never agreed to | never asked for | never consented to
    | never requested | no one asked for | nobody asked for | sick and tired of | sick of | tired of`,
  decline: `
    abort | against | axe | cut off | cut out | decline | declining | denied | deny | do without | eliminate
    | i decline | i refuse | kill | nix | no one at this number wants | no one here wants | no one wants | no to
    | nobody at this number wants | nobody here wants | nobody wants | object to | opposed to | refuse | refusing
    | reject | scrap | shut down | zero`,
  she: `
    correct number | correct person | its my number | right number | right person | speaking | this is he
    | this is her | this is him | this is my cell | this is my number | this is my phone | this is she
    | this is she speaking | this is the right number | this number is fine | you got the right number
    | you got the right person | you have the right number | you have the right person`,
  fine: `
    all set | appreciate that | are alright | are best | are easier | are fine | are good | are great | are helpful
    | are ok | are okay | are perfect | are the best way for me | are welcome | best way for me | best way to reach me
    | by all means | easiest way to reach me | feel free | fine by me | fine with me | for asking
    | for asking me first | for checking | glad to | glad to get them | good with me | happy to | happy to get
    | happy to get them | happy to have them | happy to receive them | i am fine with that | i am happy to
    | i am okay with that | i like it | i like texts | i like that | i prefer texting | i prefer texts | i would
    | i would appreciate it | i would appreciate that | i would like that | i would love it | i would love that
    | i would love to | id appreciate it | id like that | id love it | id love that | id love to | im all set
    | im fine with that | im ok with that | indeedy | is all right | is alright | is alright with me | is best
    | is easier | is easiest | is fine | is fine with me | is good | is great | is helpful | is no problem
    | is not a problem | is ok | is ok with me | is okay | is okay with me | is perfect | is perfectly fine
    | is preferred | is the best way | is the best way for me | is the easiest way | is the easiest way to reach me
    | is welcome | is wonderful | it is ok | it is okay | it will be fine | its fine | its ok | its okay
    | its the best way | keep me posted | love that | makes it easier | ok by me | ok to text | ok with me
    | okay to text | okay with me | thank u for checking | that is all right | that is okay | that will be ok
    | that would be fine | that would be great | that would be helpful | that would help | thatll be fine
    | thats alright with me | thats ok | thats okay | thats okay with me | very helpful | we are all set
    | were all set | will be fine | will be ok | will help | will help me | will work | with pleasure | wonderful
    | work best | work fine | work good | work great | work well | works | works best | works fine | works for me
    | works good | works great | works well | would appreciate that | would be alright | would be appreciated
    | would be awesome | would be best | would be easier | would be fine | would be good | would be great
    | would be helpful | would be ideal | would be lovely | would be nice | would be ok | would be okay
    | would be perfect | would be wonderful | would help | would help me | would love that | would love to
    | would work | you are welcome to | you sure can | you sure may`,
  understand: `
    arent encrypted | i have read | i have read it | i have read this | i know the risks | i read it | i understand
    | i understand the risks | not encrypted | not secure | others could read them | others may read them
    | texts are not encrypted | texts are not secure | texts arent encrypted | texts arent secure | the risk
    | the risks | they are not encrypted | they are not private | they are not secure | understand
    | understand the risks | understood`,
  dnd: `dnd | do not disturb | do not disturb me | dont disturb | dont disturb me`,
  optof: `opt out of | opted out of | opting out of`,
  agree: `
    accept | accepted | agree | agreed | approve | approved | count me in | do agree | do consent
    | giving my permission | i accept | i agree | i allow | i allow it | i am giving my permission
    | i am giving permission | i am in agreement | i am willing | i approve | i approve of it | i authorize
    | i consent | i do accept | i do agree | i do consent | i do give consent | i do give my permission
    | i do give permission | i give consent | i give my consent | i give my permission | i give permission
    | i give u permission | i give you permission | i grant my permission | i grant permission
    | i grant you permission | i hereby agree | i hereby authorize | i hereby consent | i hereby give my permission
    | i hereby give permission | i opt in | i permit | i permit it | i say yes | im giving my permission
    | im giving permission | im in | im in agreement | im willing | in agreement | opt in | opt me in
    | permission granted | sign me up | you got my permission | you have my blessing | you have my consent
    | you have my ok | you have my okay | you have my permission | you have permission`,
  want: `
    appreciate | ask | asked | asking | care | choose | chose | desire | elect | elected | grateful | i d like
    | i would appreciate | id appreciate | id like | like | liked | need | needed | opt to | prefer | request
    | requesting | wanna | want | wanted | wants | wish | wishes | wishing | would like`,
  get: `
    be on | gave | get | getting | give | given | giving | got | grant | has | have | hear from
    | hear from this number | hear from yall | hear from you | hear from you guys | hear from you people
    | hearing from you | listening to | receive | received | receiving | recieve | recieved | recieving`,
  enough: `
    cut it out | cut it out with | done with | enough | enough of | enough with | finished with | had enough
    | had enough of | im done | im done with | knock it off | knock it off with | lay off | over it with
    | through with`,
  more: `
    additional | again | another | any further | any longer | any more | any time | anymore | anything | anytime
    | as of now | as of today | effective now | effective today | ever again | from now on | from this day on
    | from today on | further | going forward | henceforth | in future | in the future | longer | more
    | moving forward | nothing | starting now | starting today`,
  from: `from | off | off of | offa | out | out of | outta`,
  or: `and or | before i | before we | nor | or | or else | or else i`,
  and: `and | so`,
  you: `
    ppl | they | u | u r | y all | ya | yall | you | you folks | you guys | you people | your clinic | your company
    | your office | youre`,
  i: `i | i am | i have | i will | id | ill | im | ive | we | were | weve`,
  it: `
    all of it | all of this | all this | everything | it | stuff | that | these things | thing | things | this
    | this crap | this shit | this stuff | whatever`,
  aux: `
    about to | allowed to | am requesting that you | are you able to | asked you to | asking you to | be sure to
    | beg you to | begging you to | better | can | continue | continue to | could | demand that you | demand you | do
    | do you mind | does | free to | get to | go ahead and | going to | gonna | got to | gotta | had better | has to
    | have to | how can i get you to | i am asking you to | i am trying to | i ask that you | i asked you to
    | i demand that you | i demand you | i need you to | i request that you | i told you to | i want you to
    | i would like you to | id like you to | im asking you to | im trying to | is there a way to | keep | keep on
    | let | lets | like you to | make | make sure to | make sure you | may | must | need to | need you to | needs to
    | ought to | permitted to | please do | please to | requesting that you | shall | should | told you to | try to
    | trying to | want you to | welcome to | will | will you | would | would you mind | you were told to`,
  be: `am | are | be | is | it is | its | that is | was`,
  how: `
    how | how can i | how do i | how do we | how do you | how to | what do i do to | what do i reply to
    | what do i say to | what do i send to | what do i text to | what do i type to | what number do i text to
    | what should i text to | where do i`,
  ask: `
    am i | did i | did the | did we | did you | do i have to | do i need to | have i | have you | if i say
    | if i text | must i | should i | was i | what | what happens if i | what if i | whats | when | when can i
    | when did the | when did you | when do i | when should i | where | which | who | whos | why did the | why did u
    | why did you | why have you | why would i | will you still`,
  why: `how come | why`,
  say: `
    answer | answer is | answered | asked you | have asked | hey google | hey siri | how many times do i have to say
    | how many times do i have to tell you | how many times do i need to say | how many times i gotta say
    | how many times must i say | i already replied | i already said | i already texted | i already told you
    | i am replying | i asked | i asked you | i choose | i have asked | i have asked you | i have said | i have to say
    | i must say | i pick | i replied | i said | i texted | i told yall | i told you | i vote | i want to say
    | i will say | i would say | id say | ill go with | ill say | is my answer | ive asked you
    | ive asked you three times | ive told you | lawyer says | my answer | my answer is | my lawyer says | my reply is
    | my response is | replied | reply | reply back | replying | respond | responded | response | said | say | saying
    | send back | siri | tell her | tell him | tell the computer | tell the doctor | tell the office | tell the system
    | tell them | tell your computer | tell your staff | tell your system | text back | texted you | the answer
    | the answer is | told | told you | type | typed | vote`,
  prep: `
    about | around | as | at | because | bout | by | down | for | if you dont | in | into | like that | near | on
    | over | past | per | re | regarding | since | than | through | thru | up | w | with`,
  visit: `
    afternoon | an appointment | appointment with | apptmt | appts | apt | apts | auto pay | autopay | be there
    | bill | booking | both | check up | checkup | cleaning | come | come in | coming | consult | consultation
    | doctor | dr | evening | exam | fri | friday | her appointment | his appointment | insurance | invoice | late
    | make it | mon | monday | morning | my appointment | my appt | next month | next week | noon | order
    | our appointment | payment plan | physical | procedure | refill | resched | reschedule | rescheduled
    | rescheduling | reservation | running late | rx | sat | saturday | schedule | scheduled | see you | session
    | sessions | show up | slot | statement | sun | sunday | surgery | that appointment | the appointment | the appt
    | the bill | this appointment | this week | thu | thur | thurs | thursday | tmr | tmrw | today | tomorow
    | tomorrow | tonight | tue | tues | tuesday | visit | visits | wait list | waiting list | waitlist | wed
    | wednesday`,
  topic: `
    appointment | appointments | appt | billing | clinic | health | marketing | medical | office | payment
    | pharmacy | prescription | promo | promotional | test | wellness`,
  these: `them | these | theses | those`,
  care: `
    a stop | another stop | antibiotic | antibiotics | aspirin | back end | birth control | bleeding | blood
    | blood thinners | breathing | brushing | bus | bus stop | card | cast | charge | charging | coffee | collections
    | contrast | coughing | credit card | crib | crying | customer service | deep end | diet | dnr
    | do not disturb mode | do not disturb on | do not disturb was | do not disturb while driving | doing | dose
    | doses | dressing | drinking | drinking alcohol | drip | drops | eating | eliquis | emergency contact
    | emergency contacts | end of | exercise | exercising | feeding | first stop | flossing | flu | flu shot | hurting
    | in do not disturb | in service | inhaler | insulin | interest | itching | job | last stop | light | lisinopril
    | low end | med | medicare | medication | medications | medicine | medicines | meds | membership | metformin | mri
    | my do not disturb | next stop | non stop | not in service | nursing | on do no disturb | on do not disturb
    | one stop | out of service | pain | paper | paperless | pill | pills | pit stop | portal | prednisone | prozac
    | pumping | research | rest stop | set to do not disturb | shot | shots | sign | sleeping | smoking
    | statements by mail | statin | steroid | steroids | stitches | stop light | stop sign | stop watch | stopwatch
    | study | sugar | take the | taking | the end | the study | therapy | thinners | throwing up | train | treatment
    | trial | using | vaccine | vitamin | vitamins | vomiting | warfarin | wart | watch | wearing | weekend | working
    | x ray | xray`,
  if: `
    almost | although | as long as | assuming | but only | conditionally | depending | depends | eventually | except
    | except for | first | hopefully | however | if | just about | just at | just for | just not | just on | just once
    | just this | just when | kind of | kinda | later | maybe | might | mostly | nearly | not sure | occasionally
    | only | only if | other than | partially | perhaps | possibly | potentially | presumably | probably | provided
    | rarely | seldom | sometimes | soon | sort of | sorta | tentatively | theoretically | unless | unsure | usually`,
  instead: `
    call instead | call only | calls only | email instead | email only | emails only | i prefer text | instead
    | just message me | just text | just text me | only email | only text | only text me | phone only | prefer a text
    | prefer text | prefer texting | prefer texts | rather | text me instead`,
  but: `but`,
  yes: `
    y | yes | yes do | yes i do | yes i would | yes indeed | yes maam | yes madam | yes of course | yes please do
    | yes sir | yes thats me | yes yes | yes you do | yess | yessir`,
  no: `
    absolutely not | answer no | certainly not | declined | declines | definitely not | disagree | dont think so
    | hard no | heck no | hell no | i am not comfortable with that | i disagree | i do not thank you
    | i dont feel comfortable | i dont think so | i dont trust it | i dont trust texting | i must decline | i pass
    | i respectfully decline | i think not | i wouldnt like that | id just as soon not | id prefer not to
    | id rather not be | ill decline | ill pass | im fine as is | im good | im good without
    | im not comfortable with that | im ok without it | isnt needed | n | n o | nah | nah im good | naw | nay
    | negative | no | no but thank you | no but thanks | no but thanks for asking | no deal | no i will not
    | no i wont | no i would not | no i wouldnt | no im good | no longer needed | no maam | no need | no need thanks
    | no no | no sir | no siree | no sorry | no thank you | no thanks | no thankyou | no thanx | no thx | no tks
    | no ty | no way | no you can not | no you cannot | no you cant | no you may not | nop | nope | not at all
    | not comfortable with that | not necessary | not needed | not required | nuh uh | of course not | refused
    | reply no | respectfully decline | respectfully no | sorry but no | thank you but no | thanks but no
    | thanks but no thanks | uh uh | we are fine as is | were fine as is | wont be necessary`,
  okay: `
    absolutely | affirmative | alright | alrighty | amazing | awesome | brilliant | certainly | certainly so
    | confirm | confirmed | convenient | cool | correct | definitely | delighted | excellent | fantastic | fine
    | for sure | gladly | go ahead | good | great | handy | happily | helpful | indeed | indeed so | k | kk | lovely
    | mhm | my pleasure | nice | no problem | of course | ok | okay | okey | perfect | right | right on | roger
    | sounds good | splendid | super | sure | sure thing | terrific | that is fine | that works | thats fine | totally
    | uh huh | very good | very well | ya sure | yah | yas | ye | yea | yeah | yep | you bet | yup`,
  start: `
    add me back | opt back in | opt me back in | optin | optin me | put me back on | re enroll | re join
    | re subscribe | reactivate | reenroll | reinstate | rejoin | restart | resubscribe | resubscribe me | resume
    | sign me back up | sign me up again | start | start again | start over | subscribe | subscribe me | turn back on
    | turn it back on | turn them back on | unstop`,
  help: `
    assist | assistance | help | help me | info | information | more info | more information | some info | support`,
  wrong: `
    bad number | incorrect number | incorrect person | incorrect phone number | mistaken number
    | not the correct number | not the right number | not the right person | wrong cell | wrong contact | wrong family
    | wrong guy | wrong house | wrong individual | wrong lady | wrong man | wrong nbr | wrong no | wrong num
    | wrong number | wrong numbers | wrong one | wrong party | wrong patient | wrong person | wrong phone
    | wrong phone number | wrong recipient | wrong text | wrong woman | wrongnumber`,
  spam: `fraud | harassment | junk | phishing | scam | scammer | scammers | spam | spammer | spammers`,
  mistake: `
    accident | accidentally | accidently | butt texted | by accident | by mistake | did not mean to | dont mean to
    | error | fat fingered | in error | misclick | mistake | mistakenly | my mistake | on accident | oops
    | unintentionally | whoops`,
  iam: `it is me | its me | my name is | name | name is | names | this here is | this is`,
  codeword: `code | code is | codigo | my code is | the code is`,
};
