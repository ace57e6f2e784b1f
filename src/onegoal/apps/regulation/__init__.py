"""The regulation both departments signed: its versions, the verdict on each lead, decisions and suppression."""
