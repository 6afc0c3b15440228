"""What can be bought or joined in Quaybridge: a title, what happens, and whom it suits, kind by kind."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SampleOffer:
    """One thing on offer. ``text`` says what happens; ``needs`` whom it is made for."""

    title: str
    summary: str
    text: str
    needs: tuple[str, ...] = field(default=())


HOW_IT_WORKS: dict[str, str] = {
    "care-at-home": "Before the first visit we come to see you, write down how you like things done, and leave a copy with you. You get the names and photographs of the two or three workers who will come, and a rota every Friday. If your worker is running late we ring you, not the other way round.",
    "live-in-care": "A worker lives in your home and has a room of their own, two hours off each day and proper nights. You meet two people before you choose. A second worker covers breaks and holidays, so that nobody strange ever turns up.",
    "night-support": "Nights run from 10pm to 7am. You choose whether the worker sleeps and gets up when you call, or stays awake all night. We write down what happened and leave the notes for whoever comes in the morning.",
    "supported-living": "You have your own tenancy and your own front door key. Support comes to you and is built around your week. Twice a year you tell us what is working and what is not, and we change what needs changing.",
    "respite": "Come for tea first, then perhaps one night, and stay longer when you are ready. Bring your own pillow, pet photographs and anything that makes a room feel like yours. Whoever cares for you at home can ring whenever they like.",
    "care-home": "Rooms have their own wash basin and most have their own shower. The weekly fee covers care, meals, laundry and heating; hairdressing and newspapers are extra. You are welcome to come for a meal, or a trial week, before you decide.",
    "extra-care": "Your home is your own, with support on the same site when you want it. There is a shared lounge and a garden. Nothing is compulsory, and friends and family may stay over.",
    "personal-assistant": "We meet first, without charge, to see if we get on. You say what needs doing and when; I do it your way. I have insurance, an up-to-date police check and two references you can ring.",
    "companionship": "The same person comes each time. We match people by what they like to talk about and do, not by who is free. After the third visit we ask both of you whether it is a good fit.",
    "day-activities": "Sessions run from 10am to 3pm with a cooked lunch. New people can come for a free taster. There is a quiet room for anybody who needs a break, and changing places toilets on the ground floor.",
    "work-and-learning": "We start with what you are good at and what you would like to try. You have one worker throughout, a plan you can read, and a certificate or reference at the end. Groups are never more than six.",
    "home-help": "The same person comes each time and brings the supplies unless you prefer your own. We can hold a key in a coded safe. If somebody is ill we ring the day before and offer another time.",
    "gardening": "We bring the tools, take away the waste and leave the gate shut. A first look and a written price are free. Jobs under half an hour can be added to somebody else's visit in your street.",
    "meals": "Tell us what you like, what you cannot eat and when you want it. The driver waits at the door for an answer, will put the plate on the table if you ask, and rings your contact if nobody comes.",
    "transport": "Drivers come to the door, help with coats and bags, and see you in at the other end. Vehicles take wheelchairs with proper restraints. One friend or worker travels free. Book by midday the day before.",
    "advocacy": "Advocates are independent of the council and of every provider. They say what you want said, not what they think is best. Meetings can be at home, here or somewhere you feel safe, and there is no limit on questions.",
    "support-planning": "We help you put into words what a good life looks like, find out what things cost, and write a plan the council can agree. You choose the providers. We earn nothing from any of them.",
    "payroll": "Send us the hours by text, email or post; we work out the wages, tax, holiday and pension and send payslips to you both. A person answers the phone. Redundancy and sick pay questions are included.",
    "mental-health": "You see the same worker each week, at home, on a walk or in a cafe. Together you write a plan for good days and for bad ones. There is a phone number for evenings that a person answers.",
    "telecare": "We deliver, fit and test it, and show you twice how it works. The price is for the equipment; the response service is shown separately where there is one. Batteries are changed without charge for two years.",
    "daily-living": "Delivered within five working days, or come and try it first at the showroom on Tuesdays and Thursdays. Unused items can be returned within fourteen days. Somebody can fit it for you if you ask.",
    "mobility": "Come for a fitting, or we will bring it to you to try at home. Serviced once a year without charge for the first three years. If it breaks down we lend you another while it is mended.",
    "clubs": "Just turn up the first time. Somebody by the door looks out for new faces. There is tea, step-free access and a hearing loop, and family or a worker may stay.",
    "libraries": "Joining is free and needs no proof of address. There are large-print and talking books, computers with a magnifier, and staff who will help you fill in a form. Books can come to your home if you cannot get out.",
    "sport": "Wear what is comfortable. Nobody keeps score unless they want to. Coaches are used to people who have not done this for thirty years, and there is a chair for anybody who wants one.",
    "support-groups": "You need not say anything. What is said here stays here. The person who runs the group has been through something like it, and will meet you outside first if you ring.",
    "food-banks": "You will be met by a volunteer, offered a hot drink, and asked what you can cook and cannot eat. Nobody needs to explain themselves. We can bring a parcel if getting here is hard.",
    "charities": "We are run by local people and answer to our members. Ring or come in and say what you are looking for; if we cannot help we know who can. What we do is free unless we say otherwise.",
}
"""For each kind, the paragraph about how it goes; the same for everybody who keeps to good practice."""

OFFERS: dict[str, tuple[SampleOffer, ...]] = {
    "care-at-home": (
        SampleOffer(
            "Help to get up, washed and dressed",
            "Morning visits at a time that suits you, from one of a small team you know.",
            "A worker comes in the morning, helps you wash, dress and take your medicine, makes breakfast and opens the curtains. Visits are never shorter than half an hour, because nobody can be washed with dignity in fifteen minutes.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Dementia care at home",
            "Patient visits from workers trained in dementia, who keep to your routine.",
            "The same two workers come every time, so that there is a face you know. They keep to the order you have always done things in, leave notes where you will see them, and know how to wait.",
            ("Dementia", "Older people"),
        ),
        SampleOffer(
            "Evening and bedtime visits",
            "Help with supper, medicine and getting to bed, up to 10:30pm.",
            "We warm or cook supper, help with medicine, changing and washing, settle you into bed and see that doors are locked. You choose the time, and it can be later at weekends.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Care with two workers",
            "For people who are moved with a hoist or need two pairs of hands.",
            "Both workers arrive together, because one waiting for the other is no use to anybody. They are trained on your own hoist and slings, and a senior worker checks the equipment with you every month.",
            ("Physical disability", "Older people"),
        ),
        SampleOffer(
            "Home from hospital",
            "Up to six weeks of visits while you get your strength back.",
            "We can begin the day you leave hospital. Visits grow shorter as you manage more by yourself, and the plan is looked at each week with you. Most people need nothing from us after a month.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Care at home for younger adults",
            "Support to wash, eat and get out on time for work, college or friends.",
            "Workers are mostly under forty and fit in with your day, not ours. Support can be at the gym, at a friend's or on holiday. Times change from week to week if your life does.",
            ("Physical disability", "Learning disability"),
        ),
        SampleOffer(
            "Care at the end of life",
            "Gentle visits by day and night, beside the district nurses.",
            "Our most experienced workers come, work with your nurses and family, and stay longer when staying is what is needed. We carry on helping the family for a few weeks afterwards.",
            ("Older people", "Long-term illness"),
        ),
        SampleOffer(
            "Mealtimes and medicine",
            "Half-hour visits to cook, eat with you and see to tablets.",
            "A worker cooks something you like, sits with you while you eat it, helps with tablets and drops, and washes up. We notice when somebody stops eating, and we say so.",
            ("Older people", "Dementia"),
        ),
    ),
    "live-in-care": (
        SampleOffer(
            "A live-in worker for everyday care",
            "Somebody in the house day and night, so that you can stay at home.",
            "Your worker helps with washing, cooking, shopping and getting about, and is there at night if you need a hand. People often choose this instead of a care home.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Live-in care for people with dementia",
            "One calm person, one familiar home.",
            "Workers have at least three years with people who have dementia. They learn your stories, your music and what frightens you, and keep the days in the same shape.",
            ("Dementia",),
        ),
        SampleOffer(
            "Live-in care for a few weeks",
            "For after an operation, or while your family is away.",
            "From one week to eight. The worker arrives the day before so that whoever usually cares for you can show them how things are done.",
            ("Older people", "Long-term illness"),
        ),
    ),
    "night-support": (
        SampleOffer(
            "Sleep-in nights",
            "A worker sleeps in your home and gets up if you call.",
            "Good for people who need a hand once or twice, or who feel safer with somebody there. The worker needs a bed in a room of their own. More than three calls counts as a waking night.",
            ("Older people", "Learning disability"),
        ),
        SampleOffer(
            "Waking nights",
            "A worker awake all night, beside you when you need it.",
            "For turning, changing, breathing machines or a restless night. The worker keeps notes by the hour and hands over to your morning worker in person.",
            ("Physical disability", "Long-term illness"),
        ),
        SampleOffer(
            "Night visits by car",
            "A visit at a set time in the night, and an answer when you ring.",
            "Two workers travel together between 10pm and 6am. They come at times agreed with you to turn, change or check, and have a key if you wish.",
            ("Older people", "Physical disability"),
        ),
    ),
    "supported-living": (
        SampleOffer(
            "Your own flat, with support in the building",
            "Six flats round a shared garden, with a worker always near.",
            "You choose who supports you and with what: money, cooking, letters, neighbours, getting a job. Somebody is in the building day and night, and the cost of nights is shared.",
            ("Learning disability", "Autism"),
        ),
        SampleOffer(
            "Sharing a house",
            "A room of your own in a house of three or four.",
            "You meet the others before you say yes. Each house agrees its own rules about visitors, music and the bathroom, and the people who live there interview new workers.",
            ("Learning disability", "Mental health"),
        ),
        SampleOffer(
            "Outreach support where you live",
            "A few hours a week in the home you already have.",
            "Help with bills, shopping, cooking, appointments and things that pile up. Hours can be saved from a quiet week and used in a hard one.",
            ("Learning disability", "Autism", "Mental health"),
        ),
        SampleOffer(
            "Moving out for the first time",
            "Two years of support that grows smaller as you grow surer.",
            "We begin while you still live at home, with weekend stays in a training flat. You learn to run a home at your own speed, with the same worker throughout.",
            ("Learning disability", "Autism"),
        ),
    ),
    "respite": (
        SampleOffer(
            "A short break by the sea",
            "From one night to two weeks, with walks on the front.",
            "Eight rooms, all step-free, with a worker awake at night. Guests choose the meals and the outings. The same room can be booked for regular weekends.",
            ("Learning disability", "Physical disability"),
        ),
        SampleOffer(
            "A break for carers: days and nights",
            "Somebody takes over at home so that you can rest.",
            "A worker comes to your home for a day, a night or a weekend, so that whoever usually cares can go away and sleep. It can be the same worker every month.",
            ("Older people", "Dementia"),
        ),
        SampleOffer(
            "Dementia short stays",
            "A small, calm house for up to fourteen nights.",
            "Six bedrooms round a circular garden path. Doors are painted different colours, meals are when people are hungry, and families may stay over the first night.",
            ("Dementia",),
        ),
        SampleOffer(
            "Weekend breaks for young adults",
            "Friday tea to Sunday evening, with friends your own age.",
            "Cinema, bowling, music or doing nothing. Groups of five with three workers. People plan the weekend together on the Wednesday before.",
            ("Learning disability", "Autism"),
        ),
    ),
    "care-home": (
        SampleOffer(
            "Residential care in a family house",
            "Eighteen rooms, a cook and a big garden.",
            "Most of our workers have been here more than five years. Days have a loose shape: chapel bus on Sunday, market on Wednesday, and always somebody for a game of cards.",
            ("Older people",),
        ),
        SampleOffer(
            "Nursing care with a garden room",
            "Registered nurses day and night.",
            "For people who need a nurse close by. Rooms open on to a terrace; beds can be wheeled outside. The doctor calls on Tuesdays and the physiotherapist twice a week.",
            ("Older people", "Long-term illness"),
        ),
        SampleOffer(
            "A home for people with dementia",
            "Three small households instead of one long corridor.",
            "Each household of eight has its own kitchen and front door. People help lay tables, fold sheets and feed the hens if they wish. Families have a key code of their own.",
            ("Dementia",),
        ),
    ),
    "extra-care": (
        SampleOffer(
            "A flat with care on site",
            "One and two-bedroom flats to rent, with a cafe downstairs.",
            "Couples welcome, and so are cats. Support begins at two hours a week and can grow without moving. A worker answers the pull cord at any hour.",
            ("Older people",),
        ),
        SampleOffer(
            "Shared lives with a local family",
            "Live as one of the family, for a weekend or for years.",
            "Carers open their own homes. You and the family choose each other slowly, over several visits. A worker from our scheme visits every month and rings in between.",
            ("Learning disability", "Mental health"),
        ),
    ),
    "personal-assistant": (
        SampleOffer(
            "Personal assistant for getting out and about",
            "Somebody to go with: shops, swimming, matches, appointments.",
            "I drive, I am a strong swimmer and I am happy at a football match or a museum. Support can be a regular day or now and then, and I do not mind early starts.",
            ("Physical disability", "Learning disability"),
        ),
        SampleOffer(
            "Personal assistant at home",
            "Washing, cooking, letters and company, your way.",
            "Fifteen years of working alongside people at home. I can help you wash and dress as your own employee, cook from scratch, and sort a drawer of letters without making you feel foolish.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Personal assistant for autistic adults",
            "Calm, clear and on time.",
            "I plan visits in writing, say what will happen next, and do not fill silences. Interests so far: trains, baking, birds, board games and a great deal of Star Trek.",
            ("Autism", "Learning disability"),
        ),
        SampleOffer(
            "Personal assistant who signs",
            "Support in British Sign Language.",
            "I am deaf and sign with you directly. I can help with appointments, phone calls by relay, cooking and getting to know the local deaf club.",
            ("Sensory impairment",),
        ),
        SampleOffer(
            "Weekend personal assistant",
            "Saturdays and Sundays, early or late.",
            "Weekends are when workers are hardest to find, so that is when I work. Happy to help with family visits, church, mosque or a long lie-in and a late breakfast.",
            ("Physical disability", "Older people"),
        ),
    ),
    "companionship": (
        SampleOffer(
            "A befriending visit each week",
            "Two hours of company from somebody who likes the same things.",
            "Tea, cards, the crossword, a walk round the block or a drive to the sea. It is friendship to begin with and often friendship in the end.",
            ("Older people",),
        ),
        SampleOffer(
            "Walking company",
            "Somebody to walk with, at your speed.",
            "From ten minutes to five miles. We know every bench in Quaybridge and which cafes have a step. Good for people whose confidence has gone after a fall.",
            ("Older people", "Mental health"),
        ),
        SampleOffer(
            "Going out in the evening",
            "Music, bingo, a film or the pub, with somebody beside you.",
            "Most services stop at five o'clock and life does not. A companion meets you, stays as long as you like and sees you home. Tickets for companions are often free.",
            ("Learning disability", "Physical disability"),
        ),
        SampleOffer(
            "Reading and letters for people with sight loss",
            "An hour or two of reading aloud, post and forms.",
            "We read what you want read: letters, the paper, a novel, instructions on a tin. Forms are filled in with your words. Everything stays between us.",
            ("Sensory impairment", "Older people"),
        ),
    ),
    "day-activities": (
        SampleOffer(
            "Art and pottery days",
            "Clay, paint and print in a light studio.",
            "A working artist leads each group of eight. Pieces are fired on Thursdays and sold, if you like, in the shop by the harbour. No experience is needed and nothing is graded.",
            ("Learning disability", "Mental health"),
        ),
        SampleOffer(
            "Day centre for older people",
            "Company, a hot lunch and something to do, five days a week.",
            "Singing on Mondays, exercise in chairs on Wednesdays, and dominoes that gets serious. The minibus collects from most of Quaybridge. Bathing and hairdressing can be added.",
            ("Older people", "Dementia"),
        ),
        SampleOffer(
            "Farm days",
            "Goats, hens, vegetables and mud.",
            "Feed and groom animals, grow food and cook it for lunch. There are raised beds, a tractor ride and a warm barn. People who find rooms hard often do well here.",
            ("Autism", "Learning disability"),
        ),
        SampleOffer(
            "Music and drama group",
            "Make a show together, from first idea to curtain call.",
            "Two performances a year in a real theatre. People write, sing, sew, paint scenery or work the lights. The bar at the end is half the fun.",
            ("Learning disability",),
        ),
        SampleOffer(
            "Stroke recovery day",
            "Gentle exercise, speech practice and others who know.",
            "A physiotherapist and a speech therapist run the morning; the afternoon is for cards, cooking and rest. Carers have a group of their own in the next room.",
            ("Physical disability", "Long-term illness"),
        ),
        SampleOffer(
            "Memory cafe",
            "A relaxed afternoon for people with dementia and those with them.",
            "Old films, songs, cake and a table of things to pick up and talk about. An adviser is there to answer questions about benefits, driving and what comes next.",
            ("Dementia",),
        ),
    ),
    "work-and-learning": (
        SampleOffer(
            "Cafe training",
            "Learn to cook, serve and handle money in a real cafe.",
            "You begin with washing up and making tea and end with running a shift. Most people stay for a year; half of last year's group now have paid work.",
            ("Learning disability",),
        ),
        SampleOffer(
            "Finding and keeping a job",
            "One-to-one help from the first form to the first year.",
            "We find employers who mean it, come to the interview if you wish, learn the job first and show you how. We stay in touch for as long as you want.",
            ("Learning disability", "Autism", "Mental health"),
        ),
        SampleOffer(
            "Computers and phones without fear",
            "Small classes at the speed of the slowest.",
            "Bring your own phone or use ours. Video calls, online shopping, spotting scams, and getting photographs off the thing. A helper can come home with you afterwards.",
            ("Older people",),
        ),
        SampleOffer(
            "Money and cooking skills",
            "Ten sessions to run a kitchen and a budget.",
            "Plan, shop, cook and eat together, and go home with a folder of meals that cost less than two pounds. Reading is not needed: recipes are in pictures.",
            ("Learning disability", "Mental health"),
        ),
    ),
    "home-help": (
        SampleOffer(
            "Cleaning and laundry",
            "A regular clean, changed beds and ironed shirts.",
            "Kitchens and bathrooms first, then what matters to you. We use your own products if smells trouble you, and we do not move ornaments without asking.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Shopping and errands",
            "With you or for you: food, chemist, post office.",
            "We write the list together, bring receipts and put things away. Many people like to come along: the trolley is a fine thing to lean on.",
            ("Older people",),
        ),
        SampleOffer(
            "A big clear-out, kindly done",
            "Help to sort a home that has got too full.",
            "Two workers who never say 'just throw it away'. You decide about every bag. We can take things to charity, store what you cannot face, and come back monthly.",
            ("Mental health", "Older people"),
        ),
        SampleOffer(
            "Home help for a new start",
            "Unpack, set up and settle after a move or hospital.",
            "Beds made, food in, heating understood, neighbours met. A few longer visits in the first fortnight, then as little as you like.",
            ("Older people", "Physical disability"),
        ),
    ),
    "gardening": (
        SampleOffer(
            "Regular gardening",
            "Lawns, hedges and borders, every fortnight or month.",
            "The same gardener comes and works beside you if you enjoy it. We can raise beds and lay a level path so that you can go on doing the good bits yourself.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Odd jobs and small repairs",
            "Shelves, bulbs, curtains, dripping taps and sticking doors.",
            "One visit, one list. Grab rails and key safes fitted the same week. We tell you when a job needs a proper electrician and we do not pretend otherwise.",
            ("Older people",),
        ),
        SampleOffer(
            "Garden share",
            "Somebody grows vegetables in your garden and shares them.",
            "If your garden has become too much, we match you with a neighbour who has none. You get company, a tidy plot and a share of the beans.",
            ("Older people",),
        ),
    ),
    "meals": (
        SampleOffer(
            "Hot meals at midday",
            "A cooked lunch to your door, every day of the year.",
            "A main course and pudding, with a choice of three. Soft, halal, vegetarian and low-sugar meals cost the same. The visit is a check that you are all right.",
            ("Older people",),
        ),
        SampleOffer(
            "Frozen meals for the week",
            "Seven meals on Monday, put away in your freezer.",
            "Cooked in Quaybridge in small batches. Labels are in large print with the cooking time first. Change your order up to the Friday before.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Caribbean and South Asian meals",
            "Food you grew up with, freshly cooked and delivered.",
            "Rice and peas, curry goat, dal, roti and fish on Fridays. Ask for it mild or hot. Our drivers speak Urdu, Punjabi and Patois as well as English.",
            ("Older people",),
        ),
    ),
    "transport": (
        SampleOffer(
            "Wheelchair taxi",
            "Door to door, with a driver who helps.",
            "A vehicle with a ramp and room for two others. The price is by the journey inside Quaybridge, with no extra for the wheelchair and none for waiting five minutes.",
            ("Physical disability",),
        ),
        SampleOffer(
            "Lifts by volunteer drivers",
            "To the doctor, the shops or to see a friend.",
            "Volunteers use their own cars and wait for you. It helps to book two days ahead. The charge covers petrol and insurance and nothing else.",
            ("Older people",),
        ),
        SampleOffer(
            "Minibus for groups and day centres",
            "A sixteen-seat minibus with a lift.",
            "Regular runs or single outings, with a driver who knows how to secure chairs. Groups may share the cost between them and each is billed for their own part.",
            ("Older people", "Learning disability"),
        ),
    ),
    "advocacy": (
        SampleOffer(
            "Somebody on your side",
            "An advocate for assessments, reviews and complaints.",
            "We help you get ready, go with you, make sure you are heard and check that what was promised is done. We can also help you understand a budget or a bill.",
            ("Learning disability", "Older people", "Mental health"),
        ),
        SampleOffer(
            "Advocacy for carers",
            "For those who look after somebody and are not being heard.",
            "A worker who knows carers' rights helps you ask for an assessment, a break or an answer, and stays with it until one comes.",
            ("Older people",),
        ),
        SampleOffer(
            "Peer advocacy group",
            "People with learning disabilities speaking up together.",
            "The group meets twice a month, trains councillors and hospital staff, and helps single members with a hard meeting. Members are paid for training others.",
            ("Learning disability",),
        ),
    ),
    "support-planning": (
        SampleOffer(
            "A support plan in four meetings",
            "From a blank page to a plan the council can agree.",
            "We ask about a good week, not about what is wrong with you. Costs are real prices from real providers. The plan is yours, in your words, with pictures if you like.",
            ("Learning disability", "Physical disability"),
        ),
        SampleOffer(
            "Brokerage: finding and arranging",
            "We ring round, compare and set it up.",
            "Tell us what you want and we bring you three choices with prices, reviews and who has room. We arrange trial visits and look back with you after six weeks.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Review of a plan that is not working",
            "Two meetings to find out what should change.",
            "What is working, what is not, from your side and from everybody else's. You leave with a page of changes, who makes them and by when.",
            ("Learning disability", "Mental health"),
        ),
    ),
    "payroll": (
        SampleOffer(
            "Payroll for one or two assistants",
            "Wages, payslips, tax and pensions, every four weeks.",
            "For people who employ their own personal assistants. A fixed price with nothing hidden, and a reminder when a pension letter needs your name on it.",
            ("Physical disability", "Learning disability"),
        ),
        SampleOffer(
            "Managed account and payroll",
            "We look after the bank account as well.",
            "Your direct payment comes to us, we pay the bills you approve and send a statement in plain English each month. You stay the employer and you decide.",
            ("Older people", "Learning disability"),
        ),
    ),
    "mental-health": (
        SampleOffer(
            "A weekly worker for hard times",
            "Practical and kind: an hour a week with the same person.",
            "Getting up, getting out, opening letters, ringing the doctor. Progress is measured against what you said you wanted, not a form.",
            ("Mental health",),
        ),
        SampleOffer(
            "Talking therapy at your speed",
            "Counselling in a quiet room or by video.",
            "Counsellors are registered with a professional body. The first meeting is half price. You can have six sessions or a year of them, and stop when you choose.",
            ("Mental health",),
        ),
        SampleOffer(
            "Support after a crisis",
            "Up to twelve weeks of visits after hospital.",
            "A worker meets you before you leave, is there on the first evening, and visits most days for a fortnight. The plan shrinks as you grow stronger.",
            ("Mental health",),
        ),
    ),
    "telecare": (
        SampleOffer(
            "Pendant alarm",
            "Press the button and a person answers, day or night.",
            "Worn round the neck or on the wrist, works in the bath and the garden. If you cannot speak we ring your contacts and, if need be, an ambulance.",
            ("Older people",),
        ),
        SampleOffer(
            "Fall detector watch",
            "Notices a hard fall by itself.",
            "Looks like an ordinary watch, tells the time and calls for help if you fall and do not answer. Charges once a week on a stand beside the bed.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Door and bed sensors",
            "A quiet message to family when something is unusual.",
            "Small sensors that see no pictures and hear no sound. You and your family agree what counts as unusual and who is told, and you can turn them off.",
            ("Dementia",),
        ),
        SampleOffer(
            "Talking medicine dispenser",
            "Right tablets, right time, with a voice to remind you.",
            "Holds twenty-eight doses and stays locked between them. Your chemist can fill it. It rings somebody you choose when a dose is missed.",
            ("Dementia", "Sensory impairment"),
        ),
    ),
    "daily-living": (
        SampleOffer(
            "Perching stool",
            "Sit high at the sink or the cooker.",
            "Sloping seat, four rubber feet and arms that come off. Adjusts from 54 to 72 centimetres and carries 25 stone.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Kettle tipper",
            "Pour a hot drink without lifting.",
            "A steel cradle that fits almost any kettle up to 1.7 litres. Steady on its own feet and easy to wipe.",
            ("Physical disability",),
        ),
        SampleOffer(
            "Bath lift",
            "Lowers you in and brings you out again.",
            "Battery operated with a hand control that floats. Fits most baths, comes apart in two pieces for visitors, and always keeps enough charge to come up.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Easy-grip cutlery set",
            "Thick, light handles for sore or shaky hands.",
            "Knife, fork and two spoons that bend to left or right. Dishwasher safe. Weighted handles cost the same.",
            ("Physical disability", "Older people"),
        ),
        SampleOffer(
            "Raised toilet seat with arms",
            "Ten centimetres higher, with something to push on.",
            "Clamps firmly to the bowl without tools and lifts off for others. The arms fold back for moving across from a wheelchair.",
            ("Older people",),
        ),
        SampleOffer(
            "Magnifying lamp",
            "Bright, cool light and a lens for close work.",
            "A five-inch lens on a long arm, with clear white light that does not get hot. Clips to a table or stands by itself.",
            ("Sensory impairment",),
        ),
        SampleOffer(
            "Bed rail and leg lifter",
            "Help to turn over, sit up and get legs into bed.",
            "The rail slides under a single or double mattress. The soft lifter has loops for hand and foot. Both come with a fitting visit.",
            ("Older people", "Physical disability"),
        ),
    ),
    "mobility": (
        SampleOffer(
            "Rollator with seat",
            "Four wheels, good brakes and a place to sit.",
            "Folds with one hand, fits a small car boot and has a bag for shopping. Handles adjust for people from five foot to six foot two.",
            ("Older people",),
        ),
        SampleOffer(
            "Lightweight folding wheelchair",
            "Nine kilos, and comfortable for a whole day.",
            "Wheels come off at the press of a button. Choice of three widths, a proper cushion, and footrests that swing away.",
            ("Physical disability",),
        ),
        SampleOffer(
            "Mobility scooter, small",
            "Eight miles on a charge, and comes apart for the car.",
            "Four miles an hour for the pavement. Solid tyres, a basket and a gentle tiller for weak hands. We teach you to use it on your own street.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Portable ramp",
            "One step or two, without asking for help.",
            "Light folding ramp, four feet long, with a rough surface and raised sides. Carries a powered chair and its rider.",
            ("Physical disability",),
        ),
        SampleOffer(
            "Riser recliner chair",
            "Lifts you gently to your feet.",
            "Measured to you, with one motor or two. Choice of wipe-clean or soft covers. Delivered by two people who take the packing away.",
            ("Older people",),
        ),
    ),
    "clubs": (
        SampleOffer(
            "Harbour lunch club",
            "A two-course lunch and a natter every Wednesday.",
            "Soup, something hot, pudding, and a raffle with terrible prizes. Most of the cooks are over seventy. Lifts can be found if you ring by Tuesday.",
            ("Older people",),
        ),
        SampleOffer(
            "Knit, natter and mend",
            "Bring something to make or something to mend.",
            "Wool, needles and a sewing machine are here for anybody. People come for the company and leave with their hems up.",
            (),
        ),
        SampleOffer(
            "Bingo and tea dance",
            "Numbers first, then the band.",
            "A sprung floor, a live trio and partners for those who come alone. Chairs all round for those who would rather tap their feet.",
            ("Older people",),
        ),
        SampleOffer(
            "Men's shed",
            "Tools, tea and something to make.",
            "Woodwork, bicycle repair and model trains in a warm workshop. Women are welcome on Thursdays and most other days. Somebody will show you how.",
            ("Mental health", "Older people"),
        ),
        SampleOffer(
            "Friday night social for adults with learning disabilities",
            "Music, pool, crafts and friends.",
            "Run by a committee of people with learning disabilities. Volunteers are at the door and by the bus stop. Soft drinks and chips at fair prices.",
            ("Learning disability",),
        ),
    ),
    "libraries": (
        SampleOffer(
            "Old Quay Library",
            "Books, computers, newspapers and a warm chair.",
            "Reading group on the first Monday, local history on the second, and a quiet hour with low lights every Thursday morning.",
            (),
        ),
        SampleOffer(
            "Millbrook Library",
            "A small library with a big noticeboard.",
            "Help with forms on Tuesdays, a jigsaw always on the go, and a children's corner that grandparents enjoy as much.",
            (),
        ),
        SampleOffer(
            "Home library service",
            "Books, films and music brought to your door.",
            "A volunteer visits every three weeks with things chosen for you. Large print and talking books are a speciality. Stay for a chat or just swap the bag.",
            ("Older people", "Sensory impairment"),
        ),
    ),
    "sport": (
        SampleOffer(
            "Walking football",
            "No running, plenty of arguing about the rules.",
            "For anybody over fifty or getting over something. Shin pads are lent. Tea in the clubhouse is longer than the match.",
            ("Older people",),
        ),
        SampleOffer(
            "Chair yoga and gentle stretch",
            "An hour of easy movement, all of it sitting down.",
            "Led by a teacher who trained as a nurse. Good for stiff backs and for people who use wheelchairs. Bring a blanket for the last ten minutes.",
            ("Older people", "Physical disability"),
        ),
        SampleOffer(
            "Swimming with a hoist and warm pool",
            "A quiet session on Sunday mornings.",
            "Water at thirty-two degrees, a pool hoist, big changing rooms and two helpers in the water. Music is off and lights are low.",
            ("Physical disability", "Autism"),
        ),
        SampleOffer(
            "Boccia and curling club",
            "Target games anybody can play.",
            "Ramps and pointers are here for people with little hand movement. Friendly matches monthly and a league for those who mean it.",
            ("Physical disability", "Learning disability"),
        ),
    ),
    "support-groups": (
        SampleOffer(
            "Carers' coffee morning",
            "For people who look after somebody.",
            "An hour and a half of being the one who is asked how they are. Somebody can sit with the person you care for in the next room.",
            (),
        ),
        SampleOffer(
            "Living with Parkinson's",
            "Exercise, talk and practical tips.",
            "Twenty minutes of loud voices and big movements, then tea. A specialist nurse comes every other month. Partners are welcome.",
            ("Long-term illness",),
        ),
        SampleOffer(
            "Hearing Voices group",
            "A safe place to talk about what you hear.",
            "Run by people who hear voices themselves. No doctors, no notes. Some come every week for years and some come once.",
            ("Mental health",),
        ),
        SampleOffer(
            "Bereavement walk and talk",
            "A slow walk on the front, then coffee.",
            "Grief is easier side by side. Trained volunteers walk with you and nobody hurries. Dogs are welcome and often help most.",
            (),
        ),
    ),
    "food-banks": (
        SampleOffer(
            "Southdown Food Bank",
            "Three days of food, and a kind word.",
            "Open Tuesday and Friday from 11am to 2pm at Chapel Down Hall. Ring your council, doctor or school for a voucher, or ring us and we will sort one out.",
            (),
        ),
        SampleOffer(
            "Community fridge",
            "Take what you need, leave what you can.",
            "Open every day from 8am to 6pm beside the Otterford hall. No voucher, no names. Shops bring what they cannot sell and neighbours bring what they grew.",
            (),
        ),
    ),
    "charities": (
        SampleOffer(
            "Quaybridge Sight",
            "Advice, gadgets and friendship for people losing their sight.",
            "Try magnifiers, talking clocks and reading machines before you buy. Volunteers visit at home, and there is a telephone group on Friday evenings.",
            ("Sensory impairment",),
        ),
        SampleOffer(
            "Good Neighbours",
            "Small help from people nearby.",
            "A lift, a light bulb, a prescription, somebody to sit in for an hour. Ring before noon and somebody will usually come the same day.",
            ("Older people",),
        ),
        SampleOffer(
            "Grants for a fresh start",
            "Small sums for cookers, beds and shoes.",
            "We give up to three hundred pounds to people in Quaybridge in need. One short form, which a volunteer can fill in with you, and an answer in a week.",
            (),
        ),
    ),
}
