package kinds

import "slices"

// defaultIcon stands for kinds that name none.
const defaultIcon = "key-round"

// Icons lists the lucide icons that a kind may name with x-icon.
func Icons() []string {
	return []string{
		"activity", "bot", "braces", "cloud", "code", "credit-card", "database", "folder", "git-branch", "globe", "hard-drive",
		"heart-pulse", "key-round", "link", "list-checks", "mail", "message-square", "microscope", "network", "server", "shield", "terminal", "users",
	}
}

func knownIcon(name string) string {
	if slices.Contains(Icons(), name) {
		return name
	}
	return ""
}
