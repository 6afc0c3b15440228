"""What is said about how somebody's money is looked after. Subjects and bodies name nobody's money: the page does."""

from app.platform.messages.actions.sending import MessageTemplate

YOU_CHOSE = MessageTemplate(
    "What was chosen on Ownway",
    "It was written down how your money is to be looked after. {next} You can change it or take it back until it is in "
    "place. Open the link to see it.",
)
SOMEBODY_CHOSE = MessageTemplate(
    "Somebody on your caseload chose something",
    "Somebody you work with chose how their money is to be looked after. Open the link to see it. {next}",
)
YOU_ARE_ASKED = MessageTemplate(
    "You are asked for something on Ownway",
    "Somebody would like {provider} to look after money for them. Open the link to say yes or no.",
)
PROVIDER_ANSWERED = MessageTemplate(
    "A provider answered you",
    "{provider} answered whether it will look after money for you. Open the link to read it and to see what happens next.",
)
IN_PLACE = MessageTemplate(
    "What you chose is in place",
    "How your money is looked after is now as you chose. Open the link to see it.",
)
TAKEN_BACK = MessageTemplate(
    "Something was taken back",
    "A choice that you were told about was taken back. You have nothing to do. Open the link to see what is in place.",
)
