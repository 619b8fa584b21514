package to

// RevealCredential takes the POST that shows one's secrets in the clear.
func RevealCredential(id string) string { return Credential(id) + "/reveal" }
