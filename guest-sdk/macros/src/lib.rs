//! The attribute that turns a Rust function into the function of a component.

use proc_macro::TokenStream;
use quote::{quote, quote_spanned};
use syn::{ItemFn, ReturnType, parse_macro_input, spanned::Spanned as _};

/// Makes a Rust function what `WASM.CALL` and `FCALL` run.
///
/// The function takes `Keys` and `Args` and returns a `Result` of anything that becomes a `Reply`. It stays an ordinary
/// function, which tests call natively. With `#[ferrite_udf::function(values)]` it takes `KeysWithValues` in the place of
/// `Keys`: the host reads the values of all declared keys once, before the call, and hands them over with it.
///
/// A component is one function, so a crate has one with this attribute.
#[proc_macro_attribute]
pub fn function(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as ItemFn);
    let attribute: proc_macro2::TokenStream = attribute.into();
    if let Err(error) = check(&attribute, &function) {
        let error = error.to_compile_error();
        return quote!(#function #error).into();
    }
    let name = &function.sig.ident;
    if !attribute.is_empty() {
        let glue = quote_spanned!(name.span() => ::ferrite_udf::__export_with_values!(#name););
        return quote!(#function #glue).into();
    }
    // The call has the span of the name, so that a wrong type of parameter or result is reported there.
    let glue = quote_spanned!(name.span() => ::ferrite_udf::__export!(#name););
    quote!(#function #glue).into()
}

fn check(attribute: &proc_macro2::TokenStream, function: &ItemFn) -> syn::Result<()> {
    let signature = &function.sig;
    let refuse = |span: proc_macro2::Span, reason: &str| Err(syn::Error::new(span, reason));
    if !attribute.is_empty() && attribute.to_string() != "values" {
        return refuse(attribute.span(), "`function` takes no options but `values`");
    }
    if let Some(keyword) = &signature.asyncness {
        return refuse(keyword.span(), "a function runs to its end beside the data: it cannot be `async`");
    }
    if !signature.generics.params.is_empty() {
        return refuse(signature.generics.span(), "a function that clients call cannot be generic");
    }
    if signature.inputs.len() != 2 {
        let span = if signature.inputs.is_empty() { signature.ident.span() } else { signature.inputs.span() };
        return refuse(span, "a function takes two parameters: `keys: Keys, args: Args`");
    }
    if matches!(signature.output, ReturnType::Default) {
        return refuse(signature.ident.span(), "a function returns a `Result`, such as `Result<i64>` or `Result<()>`");
    }
    Ok(())
}
