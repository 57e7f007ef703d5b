import type { Lexicon } from './lexicon.ts';

/** English: answers, courtesy, visits and treatments; the words around requests to stop are in lexicon-en.ts. */
export const englishAnswers: Lexicon = {
  filler: `
    10 times | after all | 100 times | 2 times | 3 times | 4 times | 5 times | a | a hundred times | a million times
    | a thousand times | again and again | ah | all | all due respect | already | also | altogether | always | an
    | annoying | any | any kind of | any type of | anybody | anyway | appreciate it | appreciated
    | as soon as possible | asap | at all | at once | at this number | auto | automated | automatic | back
    | be so kind as | been | being | best regards | bless you | bloody | boss | bro | bruh | bud | buddy
    | by message | by sms | by text | by text message | bye | cheers | comma | completely | computerized | constant
    | crap | daily | damn | dang | darling | darn | darned | dear | dear friends | dude | dumb | each
    | effective immediately | effing | either | endless | entirely | er | even | ever | every | exclamation mark
    | exclamation point | excuse me | ffs | final notice | final request | final time | first notice | folks
    | for crying out loud | for ever | for gods sake | for good | for heavens sake | for petes sake
    | for the last time | for the love of god | for the love of pete | forever | frankly | freakin | freaking
    | friggin | from this number | from this office | from yall | from you guys | from you people | from your clinic
    | from your company | from your number | from your office | from your practice | fuckin | fucking | fully
    | future | girl | god bless | god bless yall | god bless you | goddamn | good afternoon | good day
    | good day to you | good evening | good grief | good lord | good morning | good night | goodbye | greetings
    | guys | haha | hahaha | happy holidays | have a blessed day | have a good day | have a good evening
    | have a good one | have a great day | have a lovely day | have a nice day | have a nice evening | having
    | hello | hello there | here | hereby | hey | hey there | hi | hi there | hon | honestly | honey | hope they never stop | hope u never stop | hope yall never stop | hope you dont stop
    | hope you never stop | hun
    | i am sorry | i appreciate it | i would just | if possible | if you dont mind | if you would | im sorry
    | immediately | immediatly | incoming | irritating | jesus christ | just | kind | kind regards | kindly | lady
    | last time | last warning | literally | lmao | lol | maam | madam | mam | man | many | many thanks | mate
    | more like it | much | much appreciated | much obliged | multiple times | my | my dear | my own | nicely | now
    | obviously | of | oh | ok so | omg | on my cell | on my phone | on this number | once and for all | our
    | over and over | pal | period | permanently | personal | pesky | plea | pleae | pleas | please | pleeze | plese
    | pls | plse | plz | politely | question | random | really | regards | respectfully | respectfully yours
    | right away | right now | robo | robot | seriously | several times | shit | silly | simply | sincerely | sir
    | sis | smh | sms alert | so many times | some | sorry | spammy | still | stinking | stupid | such | sweetheart
    | sweetie | take care | ten times | tf | thank u | thank u so much | thank you | thank you again | thank you all
    | thank you so much | thank you very much | thanks | thanks a bunch | thanks a lot | thanks a million
    | thanks a ton | thanks again | thanks so much | thanks very much | thankyou | that i | thats | the | the fuck
    | the hell | then | there | tho | though | though i | three times | through text | thnks | thnx | tnx | thx | tk u | tks | to
    | to my cell | to my phone | to this number | to your question | today please | too | twice | two times | ty | tysm | tyvm | u too
    | ugh | uh | um | umm | unsolicited | unwanted | up front | ur | very | via sms | via text | via text message
    | w respect | warmly | weekly | well | what so ever | whatsoever | with all due respect | with gratitude
    | with respect | wtf | yo | you too | young lady | young man | your | yr`,
  she: `
    correct number | correct person | its my number | right number | right person | speaking | that is me
    | that is my cell | that is my number | thats me | thats my cell | thats my number | this is he | this is her
    | this is him | this is me | this is my cell | this is my number | this is my phone | this is she
    | this is she speaking | this is the right number | this number is fine | you got the right number
    | you got the right person | you have the right number | you have the right person`,
  fine: `
    all set | any time | anytime | appreciate that | are alright | are best | are easier | are fine | are good
    | are great | are helpful | are ok | are okay | are perfect | are the best way for me | are welcome
    | best way for me | best way to reach me | by all means | easiest way to reach me | feel free | fine by me
    | fine with me | for asking | for asking me first | for checking | glad to | glad to get them | good with me
    | happy to | happy to get | happy to get them | happy to have them | happy to receive them | i am fine with that
    | i am happy to | i am okay with that | i like it | i like texts | i like that | i prefer texting
    | i prefer texts | i would | i would appreciate it | i would appreciate that | i would like that
    | i would love it | i would love that | i would love to | id appreciate it | id like that | id love it
    | id love that | id love to | im all set | im fine with that | im ok with that | indeedy | is all right
    | is alright | is alright with me | is best | is easier | is easiest | is fine | is fine with me | is good
    | is great | is helpful | is no problem | is not a problem | is ok | is ok with me | is okay | is okay with me
    | is perfect | is perfectly fine | is preferred | is the best way | is the best way for me | is the easiest way
    | is the easiest way to reach me | is welcome | is wonderful | it is ok | it is okay | it will be fine
    | its fine | its ok | its okay | its the best way | keep me posted | love that | makes it easier | ok by me
    | ok to text | ok with me | okay to text | okay with me | thank u for checking | that is all right
    | that is okay | that will be ok | that would be fine | that would be great | that would be helpful
    | that would help | thatll be fine | thats alright with me | thats ok | thats okay | thats okay with me
    | very helpful | we are all set | were all set | will be fine | will be ok | will help | will help me
    | will work | with pleasure | wonderful | work best | work fine | work good | work great | work well | works
    | works best | works fine | works for me | works good | works great | works well | would appreciate that
    | would be alright | would be appreciated | would be awesome | would be best | would be easier | would be fine
    | would be good | would be great | would be helpful | would be ideal | would be lovely | would be nice
    | would be ok | would be okay | would be perfect | would be wonderful | would help | would help me
    | would love that | would love to | would work | you sure can | you sure may`,
  understand: `
    arent encrypted | i have read | i have read it | i have read this | i know the risks | i read it | i understand
    | i understand the risks | not encrypted | not secure | others could read them | others may read them
    | texts are not encrypted | texts are not secure | texts arent encrypted | texts arent secure | the risk
    | the risks | they are not encrypted | they are not private | they are not secure | understand
    | understand the risks | understood`,
  agree: `
    accept | accepted | accepting | agree | agreed | approve | approved | count me in | do agree | do consent
    | giving my permission | i accept | i agree | i allow | i allow it | i am giving my permission
    | i am giving permission | i am in agreement | i am willing | i approve | i approve of it | i authorize
    | i consent | i do accept | i do agree | i do consent | i do give consent | i do give my permission
    | i do give permission | i give consent | i give my consent | i give my permission | i give permission
    | i give u permission | i give you permission | i grant my permission | i grant permission
    | i grant you permission | i hereby agree | i hereby authorize | i hereby consent | i hereby give my permission
    | i hereby give permission | i opt in | i permit | i permit it | i say yes | im giving my permission
    | im giving permission | im in | im in agreement | im willing | in agreement | opt in | opt me in
    | permission granted | sign me up | u got my permission | u have my consent | u have my permission | u have permission
    | i give u my consent | i give you my consent | i give you my permission | you got my permission | you have my blessing | you have my consent
    | you have my ok | you have my okay | you have my permission | you have permission`,
  visit: `
    afternoon | apptmt | appts | apt | apts | auto pay | autopay | be there | bill | booking | both | cancel list
    | cancellation list | check up | checkup | cleaning | come | come in | coming | consult | consultation | doctor
    | dr | evening | exam | fri | friday | his appointment | insurance | invoice | late | make it | mon | monday
    | morning | next month | next week | noon | order | payment plan | physical | procedure | refill | resched
    | reschedule | rescheduled | rescheduling | reservation | running late | rx | sat | saturday | schedule
    | scheduled | see you | session | sessions | short notice list | show up | slot | standby list | statement | sun
    | sunday | surgery | the bill | this week | thu | thur | thurs | thursday | tmr | tmrw | today | tomorow
    | tomorrow | tonight | tue | tues | tuesday | visit | visits | wait list | waiting list | waitlist | wed
    | wednesday`,
  care: `
    a stop | advil | alcohol | aleve | amoxicillin | another stop | antibiotic | antibiotics | aspirin
    | atorvastatin | back end | birth control | bleeding | blood | blood thinners | breathing | brushing | bus
    | bus stop | caffeine | card | cast | charge | charging | coffee | collections | contrast | coughing
    | credit card | crib | crying | customer service | dairy | deep end | diet | dnr | do not disturb mode
    | do not disturb on | do not disturb was | do not disturb while driving | doing | dose | doses | dressing
    | drinking | drinking alcohol | drip | drops | eating | eliquis | emergency contact | emergency contacts
    | end of | exercise | exercising | feeding | first stop | flossing | flu | flu shot | gabapentin | gluten
    | hurting | ibuprofen | in do not disturb | in service | inhaler | insulin | interest | itching | job
    | last stop | lexapro | light | lipitor | lisinopril | losartan | low end | med | medicare | medication
    | medications | medicine | medicines | meds | melatonin | meloxicam | membership | metformin | mri
    | my do not disturb | naproxen | next stop | non stop | not in service | nursing | omeprazole | on do no disturb
    | on do not disturb | one stop | out of service | ozempic | pain | paper | paperless | pill | pills | pit stop
    | plavix | portal | prednisone | prozac | pumping | research | rest stop | set to do not disturb | shot | shots
    | sign | sleeping | smoking | statements by mail | statin | steroid | steroids | stitches | stop light
    | stop sign | stop watch | stopwatch | study | sugar | take the | taking | text and drive | texting and driving
    | the end | the study | therapy | thinners | throwing up | train | tramadol | treatment | trial | tylenol
    | using | vaccine | vitamin | vitamins | vomiting | warfarin | wart | watch | wearing | weekend | working
    | x ray | xarelto | xray | zoloft`,
  yes: `
    y | yes | yes do | yes i do | yes i would | yes indeed | yes maam | yes madam | yes of course | yes please do
    | yes sir | yes thats me | yes yes | yes you do | yess | yessir`,
  no: `
    absolutely not | answer no | certainly not | declined | declines | definitely not | disagree | dont think so
    | hard no | hard pass | heck no | hell no | i am fine without | i am not comfortable with that | i disagree
    | i do not thank you | i dont feel comfortable | i dont think so | i dont trust it | i dont trust texting
    | i must decline | i pass | i respectfully decline | i think not | i wouldnt like that | id just as soon not
    | id prefer not to | id rather not be | ill decline | ill pass | im fine as is | im fine without | im good
    | im good without | im not comfortable with that | im ok without it | isnt needed | n | n o | nah | nah im good
    | naw | nay | negative | no | no but thank you | no but thanks | no but thanks for asking | no deal
    | no i will not | no i wont | no i would not | no i wouldnt | no im good | no longer needed | no maam | no need
    | no need thanks | no no | no not for me | no sir | no siree | no sorry | no thank you | no thanks | no thankyou
    | no thanx | no thnks | no thnx | no thx | no tnx | no tks | no ty | no way | no you can not | no you cannot | no you cant | no you may not
    | nop | nope | not at all | not comfortable with that | not necessary | not needed | not required | nuh uh
    | of course not | refused | reply no | respectfully decline | respectfully no | sorry but no | thank you but no
    | thanks but no | thanks but no thanks | uh uh | we are fine as is | were fine as is | wont be necessary`,
  okay: `
    absolutely | affirmative | alright | alrighty | amazing | awesome | brilliant | certainly | certainly so
    | confirm | confirmed | convenient | cool | correct | definitely | delighted | excellent | fantastic | fine
    | for sure | gladly | go ahead | go right ahead | good | great | handy | happily | helpful | indeed | indeed so | k | kk | lovely
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
  spam: `
    bullshit | foolishness | fraud | harassment | junk | madness | nonsense | phishing | scam | scammer | scammers
    | spam | spammer | spammers`,
  mistake: `
    accident | accidentally | accidently | butt texted | by accident | by mistake | did not mean to | dont mean to
    | error | fat fingered | in error | misclick | mistake | mistakenly | my mistake | on accident | oops
    | unintentionally | whoops`,
  iam: `it is me | its me | my name is | name | name is | names | this here is | this is`,
  codeword: `code | code is | codigo | my code is | the code is`,
};
