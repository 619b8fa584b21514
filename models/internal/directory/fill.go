package directory

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"holdfast/models"
)

// place is where the value of an input goes in the settings: {tenant}.
var place = regexp.MustCompile(`\{([a-z_]+)\}`)

// plain is what any value may be made of, whatever its pattern says. None of it
// ends a label, a port, a path or a JSON text, and a host has no empty label.
var plain = regexp.MustCompile(`\A[A-Za-z0-9._:-]*\z`)

// Fill is what the settings of p become with these values of its inputs, by name.
// An empty value is the input's default. Values that don't fit are an Invalid
// error with a sentence for each, by input/NAME. Other names are passed over.
func Fill(p models.KnownProvider, inputs map[string]string) (models.ClientSettings, error) {
	wrong := models.Fields{}
	var pairs []string
	for _, in := range p.Inputs {
		value := strings.TrimSpace(inputs[in.Name])
		if value == "" {
			value = in.Default
		}
		if wholeHost(p, in) {
			value = bare(value)
		}
		fits, err := matcher(in)
		if err != nil {
			return models.ClientSettings{}, err
		}
		if text := complaint(in, value, fits); text != "" {
			if wholeHost(p, in) && strings.Contains(value, "/") {
				text += ". For an address with a path, choose Another provider"
			}
			wrong.Add("input/"+in.Name, text)
		}
		pairs = append(pairs, "{"+in.Name+"}", value)
	}
	if err := wrong.Err(); err != nil {
		return models.ClientSettings{}, err
	}
	return replaced(p.Settings, strings.NewReplacer(pairs...))
}

// wholeHost reports whether an input is all of the host: people copy that from the
// address bar.
func wholeHost(p models.KnownProvider, in models.ProviderInput) bool {
	return strings.Contains(p.Settings.Token, "://{"+in.Name+"}/")
}

// bare is a host without what stands around it in an address.
func bare(host string) string {
	const scheme = "https://"
	if len(host) >= len(scheme) && strings.EqualFold(host[:len(scheme)], scheme) {
		host = host[len(scheme):]
	}
	return strings.TrimSuffix(host, "/")
}

// replaced goes by way of JSON: it reaches every text, and nothing of what it
// gives back is shared with the directory.
func replaced(s models.ClientSettings, values *strings.Replacer) (filled models.ClientSettings, err error) {
	err = json.Unmarshal([]byte(values.Replace(s.String())), &filled)
	return filled, err
}

func complaint(in models.ProviderInput, value string, fits *regexp.Regexp) string {
	switch {
	case value == "":
		return "Fill in this field."
	case fits.MatchString(value) && plain.MatchString(value) && !strings.Contains(value, ".."):
		return ""
	case in.Example == "":
		return "Enter it as the provider writes it, without https:// and slashes."
	default:
		return "Enter it like this: " + in.Example
	}
}

// matcher is the pattern of an input, which the whole of a value must match.
func matcher(in models.ProviderInput) (*regexp.Regexp, error) {
	if in.Pattern == "" {
		return nil, fmt.Errorf("directory: input %s has no pattern", in.Name)
	}
	return regexp.Compile(`\A(?:` + in.Pattern + `)\z`)
}

// checkInputs says what is wrong with the inputs of p, and which places in its
// settings no input fills.
func checkInputs(p models.KnownProvider) error {
	var names []string
	for _, in := range p.Inputs {
		fits, err := matcher(in)
		switch {
		case err != nil:
			return err
		case in.Label == "" || !place.MatchString("{"+in.Name+"}") || slices.Contains(names, in.Name):
			return fmt.Errorf("input %q needs a label and a name of its own in small letters", in.Name)
		case in.Default != "" && complaint(in, in.Default, fits) != "":
			return fmt.Errorf("the default of input %s does not match its pattern", in.Name)
		}
		names = append(names, in.Name)
	}
	for _, found := range place.FindAllStringSubmatch(p.Settings.String(), -1) {
		if !slices.Contains(names, found[1]) {
			return fmt.Errorf("no input is called %q", found[1])
		}
	}
	return nil
}
