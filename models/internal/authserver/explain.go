package authserver

import (
	"fmt"
	"net/http"
)

// explain says for a person what a failure at a place means.
func explain(place string, f *Failure) string {
	switch f.Code {
	case BadAddress:
		return "The address of the " + place + " can't be used. It has to be a whole one that starts with https://, without a name, a password or a fragment in it."
	case PlainAddress:
		return "The address of the " + place + " is not https."
	case PrivateAddress, NoSuchHost: // not told apart: nobody shall find out which names there are inside
		return "The address of the " + place + " can't be reached from here: its name is not known, or it is not on the internet. If that is meant, the operator of Holdfast has to allow it with HOLDFAST_ALLOW_PRIVATE_HOSTS."
	case Redirected:
		return "The " + place + " sends elsewhere. Holdfast does not follow it; enter the address that the provider documents."
	case TimedOut, GivenUp:
		return "There was no answer from the " + place + " in time."
	case NoTLS:
		return "There is no safe connection to the " + place + ": look whether its certificate can be trusted."
	case TooLarge:
		return "The answer of the " + place + " is too large."
	case NoAuthMethod:
		return "The settings don't say how the client shows its secret."
	}
	return f.generally(place)
}

// generally is what the kind alone tells.
func (f *Failure) generally(place string) string {
	switch f.Kind {
	case Misasked:
		if f.Status == http.StatusUnauthorized {
			return "The " + place + " does not accept who asks (HTTP 401), and does not say why. Most often the client ID or the secret is wrong; it may also be a server in front of it."
		}
	case ClientRefused:
		return "The provider does not accept this client ID and secret."
	case Busy:
		return "The " + place + " has no time at the moment. Check again later."
	case Down:
		if f.Status == 0 {
			return "Nobody answers at the address of the " + place + ". Look whether it is right, and whether the provider is up."
		}
		return fmt.Sprintf("The %s has trouble of its own at the moment (HTTP %d). Check again later.", place, f.Status)
	}
	return fmt.Sprintf("The %s answers with an error that was not expected: %s.", place, f.Code)
}
