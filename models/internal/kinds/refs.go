package kinds

import "strings"

// follow resolves references inside the file; what stands beside one wins.
func (r *settler) follow(schema *object, hops int) *object {
	for ; hops > 0; hops-- {
		r.allowance--
		ref := schema.text("$ref")
		if ref == "" {
			return schema
		}
		target := lookup(r.root, ref)
		if target == nil {
			return schema
		}
		schema = r.overlay(target, without(schema, "$ref"))
	}
	return schema
}

func lookup(root *object, ref string) *object {
	pointer, local := strings.CutPrefix(ref, "#")
	if !local {
		return nil
	}
	here := root
	for _, step := range strings.Split(pointer, "/")[1:] {
		if here = here.object(unescape(step)); here == nil {
			return nil
		}
	}
	return here
}

func (r *settler) overlay(below, above *object) *object {
	r.allowance -= len(below.keys) + len(above.keys)
	merged := newObject()
	for _, part := range []*object{below, above} {
		for _, key := range part.keys {
			merged.set(key, part.values[key])
		}
	}
	return merged
}

func without(o *object, key string) *object {
	rest := newObject()
	for _, k := range o.keys {
		if k != key {
			rest.set(k, o.values[k])
		}
	}
	return rest
}
